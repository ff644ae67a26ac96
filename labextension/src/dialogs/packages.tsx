import React from 'react';
import { ApiError } from '../errors';
import { bytes } from '../model/format';
import { type IFace, useFace } from '../ui/context';
import { Loading } from '../ui/notice';
import { VirtualList } from '../ui/virtuallist';
import type { Environment, Job, Package, PackageRequest, Preview } from '../wire';
import { Field, FormError, listOf } from './field';
import { type IFormProps, showForm } from './formdialog';

/**
 * Show the packages of an environment and offer to change them. Gives the job, or `null`.
 */
export function showPackages(face: IFace, environment: Environment): Promise<Job | null> {
  const { trans } = face;
  return showForm<Job>(face, props => <PackagesForm {...props} environment={environment} />, {
    title: trans.__('Packages of %1', environment.name),
    accept: trans.__('Apply'),
    trans
  });
}

const EXAMPLE = 'numpy pandas>=2';
const CONDA = 'conda';
const PIP = 'pip';

type Action = PackageRequest['action'];

function PackagesForm(props: IFormProps<Job> & { environment: Environment }): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, environment } = props;
  const [packages, setPackages] = React.useState<Package[] | null>(null);
  const [filter, setFilter] = React.useState('');
  const [action, setAction] = React.useState<Action>('install');
  const [source, setSource] = React.useState<'conda' | 'pypi'>('conda');
  const [text, setText] = React.useState('');
  const [preview, setPreview] = React.useState<Preview | null>(null);
  const [error, setError] = React.useState<ApiError | null>(null);

  React.useEffect(() => {
    model.api.packages(environment.prefix).then(setPackages, (reason: unknown) => {
      setError(ApiError.from(reason));
    });
  }, [model, environment.prefix]);

  const request = { action, source, packages: listOf(text) };
  // The first press shows what would change, the second one does it.
  bind(async () => {
    setError(null);
    if (request.packages.length === 0) {
      return null;
    }
    try {
      const answer = await model.api.changePackages(environment.prefix, {
        ...request,
        dry_run: preview === null
      });
      if ('task' in answer) {
        return answer;
      }
      setPreview(answer);
    } catch (reason) {
      setError(ApiError.from(reason));
    }
    return null;
  });

  const shown = React.useMemo(
    () => (packages ?? []).filter(each => each.name.includes(filter.trim().toLowerCase())),
    [packages, filter]
  );
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setPreview(null);
      setError(null);
    };
  return (
    <>
      <input
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Filter')}
        aria-label={trans.__('Filter packages')}
        value={filter}
        onChange={event => setFilter(event.target.value)}
      />
      <div className="jp-CIManager-packages">
        {packages ? (
          <VirtualList
            items={shown}
            label={trans.__('Packages of %1', environment.name)}
            keyOf={keyOf}
            heightOf={() => 24}
            render={each => (
              <>
                <span role="gridcell" className="jp-CIManager-packageName">
                  {each.name}
                </span>
                <span role="gridcell">{each.version}</span>
                <span role="gridcell" className="jp-CIManager-packageFrom">
                  {each.source === 'pypi' ? PIP : each.size_bytes ? bytes(each.size_bytes) : ''}
                </span>
              </>
            )}
          />
        ) : (
          !error && <Loading />
        )}
      </div>
      <div className="jp-CIManager-pair">
        <Field label={trans.__('Change')}>
          {ties => (
            <select
              {...ties}
              value={action}
              onChange={event => change(setAction)(event.target.value as Action)}
            >
              <option value="install">{trans.__('install')}</option>
              <option value="update">{trans.__('update')}</option>
              <option value="remove">{trans.__('remove')}</option>
            </select>
          )}
        </Field>
        <Field label={trans.__('With')}>
          {ties => (
            <select
              {...ties}
              value={source}
              onChange={event => change(setSource)(event.target.value as 'conda' | 'pypi')}
            >
              <option value="conda">{CONDA}</option>
              <option value="pypi">{PIP}</option>
            </select>
          )}
        </Field>
      </div>
      <Field
        label={trans.__('Packages')}
        help={trans.__('Apply first shows what would change; apply again to do it.')}
      >
        {ties => (
          <input
            {...ties}
            data-autofocus
            className="jp-mod-styled"
            spellCheck={false}
            placeholder={EXAMPLE}
            value={text}
            onChange={event => change(setText)(event.target.value)}
          />
        )}
      </Field>
      <FormError error={error} />
      {preview && (
        <div className="jp-CIManager-changes" role="status">
          <strong>{trans._n('%1 change:', '%1 changes:', preview.changes.length)}</strong>
          <ul>
            {preview.changes.map(each => (
              <li key={each.name}>
                {each.name} {each.before ?? '–'} → {each.after ?? '–'}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function keyOf(each: Package): string {
  return `${each.source}:${each.name}`;
}
