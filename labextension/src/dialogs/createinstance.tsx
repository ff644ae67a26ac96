import React from 'react';
import { ApiError } from '../errors';
import { money } from '../model/format';
import { type IFace, useFace, useResource } from '../ui/context';
import { Loading } from '../ui/notice';
import type { ComputeInstance, CreateInstance, NameCheck, VmSize } from '../wire';
import { CopyAs } from './copyas';
import { Field, FormError, useRested } from './field';
import { type IFormProps, showForm } from './formdialog';
import { SizePicker } from './sizepicker';

const USUAL_SIZE = 'Standard_DS3_v2';
const KEY_EXAMPLE = 'ssh-ed25519 AAAA…';
const USUAL_IDLE = 60;
const FIELDS = ['name', 'vm_size', 'ssh_public_key', 'description', 'idle_shutdown_minutes'];

/**
 * Ask what a new instance shall be, and have it made. Gives the instance, or `null`.
 */
export function createInstance(face: IFace): Promise<ComputeInstance | null> {
  const { trans } = face;
  return showForm(face, CreateInstanceForm, {
    title: trans.__('Create compute instance'),
    accept: trans.__('Create'),
    trans
  });
}

/** A name to begin with: the user's own, where it makes a legal one. */
function suggestedName(user: string | null): string {
  const base = (user ?? '')
    .split('@')[0]
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 20);
  return base ? `${base}-ci` : '';
}

function usualSize(sizes: readonly VmSize[]): string {
  const usual = sizes.find(size => size.name === USUAL_SIZE);
  if (usual && usual.available !== 'no') {
    return USUAL_SIZE;
  }
  const affordable = sizes
    .filter(size => size.available !== 'no' && size.gpus === 0 && size.cores >= 2)
    .sort((a, b) => (a.price_per_hour ?? 1e9) - (b.price_per_hour ?? 1e9));
  return affordable[0]?.name ?? USUAL_SIZE;
}

function CreateInstanceForm({ bind }: IFormProps<ComputeInstance>): React.JSX.Element {
  const { model, trans } = useFace();
  const sizes = useResource(model.sizes);
  const user = model.status.value?.compute.identity.name ?? null;
  const [name, setName] = React.useState(() => suggestedName(user));
  const [size, setSize] = React.useState<string | null>(null);
  const [idle, setIdle] = React.useState(USUAL_IDLE);
  const [ssh, setSsh] = React.useState('');
  const [description, setDescription] = React.useState('');
  const [error, setError] = React.useState<ApiError | null>(null);
  const nameInput = React.useRef<HTMLInputElement>(null);

  React.useEffect(() => {
    void model.sizes.refresh();
    nameInput.current?.select();
  }, [model]);

  const chosen = size ?? usualSize(sizes.value ?? []);
  const facts = sizes.value?.find(each => each.name === chosen);
  const check = useNameCheck(name);
  const request = (): CreateInstance => ({
    name: name.trim(),
    vm_size: chosen,
    idle_shutdown_minutes: idle,
    ...(ssh.trim() ? { ssh_public_key: ssh.trim() } : {}),
    ...(description.trim() ? { description: description.trim() } : {})
  });

  bind(async () => {
    setError(null);
    if (check && check.name === name.trim() && (!check.valid || check.available === 'no')) {
      nameInput.current?.focus();
      return null;
    }
    try {
      return await model.api.createInstance(request());
    } catch (reason) {
      const refusal = ApiError.from(reason);
      setError(refusal);
      if (refusal.field === 'name') {
        nameInput.current?.focus();
      }
      return null;
    }
  });

  const errorOf = (field: string) =>
    error?.field === field ? [error.message, error.hint].filter(Boolean).join(' ') : '';
  return (
    <>
      <Field
        label={trans.__('Name')}
        error={errorOf('name') || nameProblem(check)}
        help={
          check?.valid && check.available === 'yes'
            ? trans.__('This name is free.')
            : trans.__('3 to 24 letters, digits and dashes; unique in the region.')
        }
      >
        {input => (
          <input
            {...input}
            ref={nameInput}
            data-autofocus
            className="jp-mod-styled"
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={event => {
              setName(event.target.value);
              setError(null);
            }}
          />
        )}
      </Field>
      {check?.suggestion && (
        <button
          type="button"
          className="jp-CIManager-link"
          onClick={() => setName(check.suggestion ?? '')}
        >
          {trans.__('Use %1', check.suggestion)}
        </button>
      )}
      {sizes.value ? (
        <SizePicker sizes={sizes.value} value={chosen} onChange={setSize} />
      ) : sizes.error ? (
        <FormError error={sizes.error} />
      ) : (
        <Loading />
      )}
      {errorOf('vm_size') && <FormError error={error} />}
      <Field
        label={trans.__('Stop it when nobody uses it')}
        error={errorOf('idle_shutdown_minutes')}
        help={idle === 0 ? trans.__('It bills until somebody stops it.') : ''}
      >
        {input => (
          <select {...input} value={idle} onChange={event => setIdle(Number(event.target.value))}>
            <option value={30}>{trans.__('after 30 minutes')}</option>
            <option value={60}>{trans.__('after 1 hour')}</option>
            <option value={120}>{trans.__('after 2 hours')}</option>
            <option value={240}>{trans.__('after 4 hours')}</option>
            <option value={0}>{trans.__('never')}</option>
          </select>
        )}
      </Field>
      <details open={Boolean(errorOf('ssh_public_key') || errorOf('description'))}>
        <summary>{trans.__('More')}</summary>
        <Field
          label={trans.__('SSH public key')}
          error={errorOf('ssh_public_key')}
          help={trans.__('Empty: no access by SSH. It cannot be changed later.')}
        >
          {input => (
            <textarea
              {...input}
              className="jp-mod-styled"
              rows={2}
              spellCheck={false}
              placeholder={KEY_EXAMPLE}
              value={ssh}
              onChange={event => setSsh(event.target.value)}
            />
          )}
        </Field>
        <Field label={trans.__('Description')} error={errorOf('description')}>
          {input => (
            <input
              {...input}
              className="jp-mod-styled"
              value={description}
              onChange={event => setDescription(event.target.value)}
            />
          )}
        </Field>
        <CopyAs request={request} onError={setError} />
      </details>
      {error && !FIELDS.includes(error.field ?? '') && <FormError error={error} />}
      <div className="jp-CIManager-cost" role="status">
        {facts && facts.price_per_hour !== null
          ? trans.__(
              'Costs about %1 per hour while it runs (an estimate from list prices).',
              money(facts.price_per_hour)
            )
          : trans.__('It is billed while it runs; the price of this size is not known.')}
      </div>
    </>
  );
}

/** The server's word on a name, asked when the typing rests. */
function useNameCheck(name: string): NameCheck | null {
  const { model } = useFace();
  const rested = useRested(name.trim(), 300);
  const [check, setCheck] = React.useState<NameCheck | null>(null);
  React.useEffect(() => {
    let current = true;
    if (!rested) {
      setCheck(null);
      return;
    }
    model.api.checkName(rested).then(
      answer => current && setCheck(answer),
      () => current && setCheck(null)
    );
    return () => {
      current = false;
    };
  }, [model, rested]);
  return check;
}

function nameProblem(check: NameCheck | null): string {
  return check && (!check.valid || check.available === 'no') ? check.reason : '';
}
