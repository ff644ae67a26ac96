import React from 'react';
import { ApiError } from '../errors';
import { money } from '../model/format';
import {
  firstDraft,
  groupOf,
  inGroups,
  type IInstanceDraft,
  requestOf,
  suggestedName
} from '../model/instancedraft';
import { sameSize, usualSize } from '../model/sizes';
import { useAnswer } from '../ui/answer';
import { type IFace, useFace, useResource } from '../ui/context';
import { ErrorNotice, Loading } from '../ui/notice';
import type { ComputeInstance, CreatePreview, InstanceDefaults } from '../wire';
import { CopyAs } from './copyas';
import { FormError } from './field';
import { type Problems, ProblemsProvider, reveal, SelectField, useLeftFields } from './form';
import { type IFormProps, showForm } from './formdialog';
import { useLocalProblems } from './instance/localproblems';
import { NameField } from './instance/name';
import { InstanceOptions } from './instance/options';
import type { IKeyPair } from './instance/ssh';
import { SizePicker } from './sizepicker';

const IDLE_CHOICES = [30, 60, 120, 240];

/**
 * Ask what a new instance shall be, and have it made. Gives the instance, or `null`.
 */
export async function createInstance(face: IFace): Promise<ComputeInstance | null> {
  const { model, trans } = face;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const defaults = await model.api.instanceDefaults(zone).catch(() => null);
  return showForm<ComputeInstance>(
    face,
    props => <CreateInstanceForm {...props} defaults={defaults} />,
    { title: trans.__('Create compute instance'), accept: trans.__('Create'), wide: true, trans }
  );
}

function CreateInstanceForm(
  props: IFormProps<ComputeInstance> & { defaults: InstanceDefaults | null }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, defaults } = props;
  const sizes = useResource(model.sizes);
  const root = React.useRef<HTMLDivElement>(null);
  const [draft, setDraft] = React.useState<IInstanceDraft>(() =>
    firstDraft(suggestedName(model.status.value?.compute.identity.name ?? null), defaults)
  );
  const [pair, setPair] = React.useState<IKeyPair | null>(null);
  const [left, leaving] = useLeftFields();
  const [pressed, setPressed] = React.useState(false);
  const [refusal, setRefusal] = React.useState<ApiError | null>(null);
  const change = (part: Partial<IInstanceDraft>) => {
    setDraft(before => ({ ...before, ...part }));
    setRefusal(null);
  };
  React.useEffect(() => {
    void model.sizes.refresh();
  }, [model]);

  const size = draft.size ?? usualSize(sizes.value ?? [], defaults?.vm_size ?? null);
  const request = requestOf(draft, size);
  const preview = useAnswer<CreatePreview>(
    request.name ? JSON.stringify(request) : null,
    question => model.api.previewInstance(JSON.parse(question) as typeof request),
    400
  );
  const local = useLocalProblems(draft, pair);
  const found: Problems = { ...said(preview.error), ...listed(preview.value), ...local };
  // What is wrong is said where somebody has been, or once he wants to create it.
  const shown = Object.fromEntries(
    Object.entries({ ...found, ...said(refusal) }).filter(
      ([field]) => pressed || left.includes(field) || refusal?.field === field
    )
  );
  const wrong = inGroups(Object.keys(found));

  bind(async () => {
    setPressed(true);
    const [first] = Object.keys(local);
    if (first !== undefined) {
      reveal(root.current, first);
      return null;
    }
    try {
      setRefusal(null);
      return await model.api.createInstance(request);
    } catch (reason) {
      const error = ApiError.from(reason);
      setRefusal(error);
      reveal(root.current, error.field ?? '');
      return null;
    }
  });

  // The list knows the price at once; what is asked of the server takes a moment.
  const chosen = sizes.value?.find(each => sameSize(each.name, size));
  const price = chosen?.price_per_hour ?? preview.value?.price_per_hour ?? null;
  // The first one is about the price.
  const notes = (preview.value?.notes ?? []).slice(1);
  const hidden = wrong.filter(field => !shown[field]);
  const homeless = refusal && !['name', 'vm_size'].includes(refusal.field ?? '');
  return (
    <ProblemsProvider value={shown}>
      <div ref={root} className="jp-CIManager-formBody" {...leaving}>
        <NameField
          value={draft.name}
          onChange={name => change({ name })}
          mayExist={draft.useExisting}
        />
        {sizes.value ? (
          <SizePicker
            sizes={sizes.value}
            value={size}
            usual={defaults?.vm_size ?? null}
            onChange={chosen => change({ size: chosen })}
          />
        ) : sizes.error ? (
          <ErrorNotice error={sizes.error} retry={() => void model.sizes.refresh()} />
        ) : (
          <Loading />
        )}
        <SelectField
          field="idle_shutdown_minutes"
          label={trans.__('Stop it when nobody uses it')}
          value={String(draft.idle)}
          onChange={idle => change({ idle: Number(idle) })}
          options={idleOptions(defaults?.idle_minutes ?? 60, trans)}
          help={draft.idle === 0 ? trans.__('It bills until somebody stops it.') : ''}
        />
        <details className="jp-CIManager-more">
          <summary>
            <span>{trans.__('More options')}</span>
            <span className="jp-CIManager-moreWhat">
              {trans.__('fixed times, SSH, network, scripts, tags…')}
            </span>
            {wrong.length > 0 && (
              <span className="jp-CIManager-groupState" data-error={pressed}>
                {trans.__('needs attention')}
              </span>
            )}
          </summary>
          <InstanceOptions
            draft={draft}
            change={change}
            defaults={defaults}
            pair={pair}
            setPair={setPair}
            wrong={wrong}
            pressed={pressed}
          />
          <CopyAs preview={preview.current ? preview.value : null} />
        </details>
        {notes.length > 0 && (
          <ul className="jp-CIManager-notes">
            {notes.map(note => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        {homeless && !groupOf(refusal.field ?? '') && <FormError error={refusal} />}
      </div>
      <div className="jp-CIManager-formFoot" role="status">
        <strong>
          {price === null
            ? trans.__('It is billed while it runs; the price of this size is not known.')
            : trans.__('About %1 per hour while it runs, by list prices.', money(price))}
        </strong>
        {hidden.slice(0, 1).map(field => (
          <div key={field} className="jp-CIManager-missing">
            {found[field]}{' '}
            <button
              type="button"
              className="jp-CIManager-link"
              onClick={() => reveal(root.current, field)}
            >
              {trans.__('Show')}
            </button>
          </div>
        ))}
      </div>
    </ProblemsProvider>
  );
}

function idleOptions(usual: number, trans: IFace['trans']): [string, string][] {
  const minutes = [...new Set([...IDLE_CHOICES, ...(usual > 0 ? [usual] : [])])];
  const words = (count: number) =>
    count % 60 === 0
      ? trans._n('after %1 hour', 'after %1 hours', count / 60)
      : trans._n('after %1 minute', 'after %1 minutes', count);
  return [
    ...minutes
      .sort((a, b) => a - b)
      .map((count): [string, string] => [String(count), words(count)]),
    ['0', trans.__('never')]
  ];
}

/** A refusal as what is wrong with its field. */
function said(error: ApiError | null): Problems {
  return error?.field ? { [error.field]: sentence(error.message, error.hint) } : {};
}

/** What a preview found wrong; of several things about one field the first. */
function listed(preview: CreatePreview | null): Problems {
  const problems: Record<string, string> = {};
  for (const { field, message, hint } of preview?.problems ?? []) {
    problems[field ?? ''] ??= sentence(message, hint);
  }
  return problems;
}

function sentence(message: string, hint: string): string {
  return [message, hint].filter(Boolean).join(' ');
}
