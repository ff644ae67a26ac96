import React from 'react';
import { ApiError } from '../errors';
import { bytes } from '../model/format';
import { type IFace, useFace, useResource } from '../ui/context';
import type { Job, KernelRequest, Preview } from '../wire';
import { Field, FormError, listOf, useRested } from './field';
import { type IFormProps, showForm } from './formdialog';

const LANGUAGES = { python: 'Python', r: 'R' };
const EXAMPLE_NAME = 'newenv';
const EXAMPLE_PACKAGES = 'numpy pandas>=2';

/** Where the new kernel's packages come from. */
type Source = 'packages' | 'existing' | 'clone' | 'environment_yml' | 'lock';

/** What the form begins with. */
export interface INewKernelStart {
  existing?: string;
  clone?: string;
  packages?: string;
}

/**
 * Ask what a new kernel shall be, and begin to make it. Gives the job, or `null`.
 */
export function newKernel(face: IFace, start: INewKernelStart = {}): Promise<Job | null> {
  const { trans } = face;
  return showForm<Job>(face, props => <NewKernelForm {...props} start={start} />, {
    title: trans.__('New kernel'),
    accept: trans.__('Create'),
    trans
  });
}

function NewKernelForm(props: IFormProps<Job> & { start: INewKernelStart }): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, start } = props;
  const environments = useResource(model.environments).value ?? [];
  const [source, setSource] = React.useState<Source>(
    start.existing ? 'existing' : start.clone ? 'clone' : 'packages'
  );
  const [from, setFrom] = React.useState(start.existing ?? start.clone ?? '');
  const [name, setName] = React.useState('');
  const [display, setDisplay] = React.useState<string | null>(null);
  const [language, setLanguage] = React.useState<keyof typeof LANGUAGES>('python');
  const [version, setVersion] = React.useState('');
  const [packages, setPackages] = React.useState(start.packages ?? '');
  const [pip, setPip] = React.useState('');
  const [channels, setChannels] = React.useState('');
  const [text, setText] = React.useState('');
  const [error, setError] = React.useState<ApiError | null>(null);

  React.useEffect(() => {
    void model.environments.refresh();
  }, [model]);

  const word = LANGUAGES[language];
  const shownName = display ?? (name ? `${word} (${name})` : '');
  const base = from || environments[0]?.prefix || '';
  const request: KernelRequest = {
    name: name.trim(),
    language,
    ...(shownName ? { display_name: shownName } : {}),
    ...(channels.trim() ? { channels: listOf(channels) } : {}),
    ...(source === 'packages'
      ? {
          packages: listOf(packages),
          pip: listOf(pip),
          ...(version.trim() ? { version: version.trim() } : {})
        }
      : source === 'existing' || source === 'clone'
        ? { [source]: base }
        : { [source]: text })
  };

  bind(async () => {
    setError(null);
    try {
      return await model.api.createKernel(request);
    } catch (reason) {
      setError(ApiError.from(reason));
      return null;
    }
  });

  const errorOf = (field: string) =>
    error?.field === field ? [error.message, error.hint].filter(Boolean).join(' ') : '';
  const input = (
    label: string,
    field: string,
    value: string,
    set: (value: string) => void,
    more: { help?: string; placeholder?: string; autofocus?: boolean } = {}
  ) => (
    <Field label={label} error={errorOf(field)} help={more.help}>
      {ties => (
        <input
          {...ties}
          {...(more.autofocus ? { 'data-autofocus': true } : {})}
          className="jp-mod-styled"
          autoComplete="off"
          spellCheck={false}
          placeholder={more.placeholder}
          value={value}
          onChange={event => {
            set(event.target.value);
            setError(null);
          }}
        />
      )}
    </Field>
  );
  const sources: [Source, string][] = [
    ['packages', trans.__('packages')],
    ['existing', trans.__('an environment that is there')],
    ['clone', trans.__('a copy of an environment')],
    ['environment_yml', trans.__('an environment.yml')],
    ['lock', trans.__('a lock file')]
  ];
  const shownFields = ['name', 'display_name', 'version', 'packages', 'pip', 'channels', source];
  return (
    <>
      {input(trans.__('Name'), 'name', name, setName, {
        placeholder: EXAMPLE_NAME,
        help: trans.__('Letters, digits, dashes, dots and underscores.'),
        autofocus: true
      })}
      {input(trans.__('Shown as'), 'display_name', shownName, setDisplay)}
      <div className="jp-CIManager-pair">
        <Field label={trans.__('Made from')}>
          {ties => (
            <select
              {...ties}
              value={source}
              onChange={event => {
                setSource(event.target.value as Source);
                setError(null);
              }}
            >
              {sources.map(([key, label]) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        {source === 'packages' && (
          <Field label={trans.__('Language')} error={errorOf('language')}>
            {ties => (
              <select
                {...ties}
                value={language}
                onChange={event => setLanguage(event.target.value as keyof typeof LANGUAGES)}
              >
                <option value="python">{LANGUAGES.python}</option>
                <option value="r">{LANGUAGES.r}</option>
              </select>
            )}
          </Field>
        )}
        {source === 'packages' &&
          input(trans.__('Version'), 'version', version, setVersion, {
            placeholder: trans.__('newest')
          })}
      </div>
      {source === 'packages' && (
        <>
          {input(trans.__('More packages'), 'packages', packages, setPackages, {
            placeholder: EXAMPLE_PACKAGES
          })}
          <details open={Boolean(pip || errorOf('pip'))}>
            <summary>{trans.__('More')}</summary>
            {input(trans.__('Packages from pip'), 'pip', pip, setPip)}
            {input(trans.__('Channels'), 'channels', channels, setChannels, {
              placeholder: (model.status.value?.kernels.channels ?? []).join(' ')
            })}
          </details>
        </>
      )}
      {(source === 'existing' || source === 'clone') && (
        <Field label={trans.__('Environment')} error={errorOf(source)}>
          {ties => (
            <select {...ties} value={base} onChange={event => setFrom(event.target.value)}>
              {environments.map(environment => (
                <option key={environment.prefix} value={environment.prefix}>
                  {environment.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {(source === 'environment_yml' || source === 'lock') && (
        <Field label={trans.__('Its text')} error={errorOf(source)}>
          {ties => (
            <textarea
              {...ties}
              className="jp-mod-styled"
              rows={8}
              spellCheck={false}
              value={text}
              onChange={event => setText(event.target.value)}
            />
          )}
        </Field>
      )}
      {error && !shownFields.includes(error.field ?? '') && <FormError error={error} />}
      <Forecast request={request} />
    </>
  );
}

/** What would be downloaded and stored, solved by the server while one still types. */
function Forecast({ request }: { request: KernelRequest }): React.JSX.Element {
  const { model, trans } = useFace();
  const rested = useRested(JSON.stringify(request), 700);
  const [preview, setPreview] = React.useState<Preview | null>(null);
  const [error, setError] = React.useState<ApiError | null>(null);
  const [busy, setBusy] = React.useState(false);
  React.useEffect(() => {
    const asked = JSON.parse(rested) as KernelRequest;
    setPreview(null);
    setError(null);
    if (!asked.name || asked.environment_yml === '' || asked.lock === '') {
      return;
    }
    let current = true;
    setBusy(true);
    model.api
      .previewKernel(asked)
      .then(
        answer => current && setPreview(answer),
        (reason: unknown) => current && setError(ApiError.from(reason))
      )
      .finally(() => current && setBusy(false));
    return () => {
      current = false;
    };
  }, [model, rested]);
  const count = preview?.changes.length ?? 0;
  return (
    <div className="jp-CIManager-forecast" role="status" data-error={error !== null}>
      {error
        ? [error.message, error.hint].filter(Boolean).join(' ')
        : preview
          ? trans._n(
              '%1 package, %2 to download, %3 on the disk (%4 free).',
              '%1 packages, %2 to download, %3 on the disk (%4 free).',
              count,
              bytes(preview.download_bytes),
              bytes(preview.disk_bytes),
              bytes(preview.free_bytes)
            )
          : busy
            ? trans.__('Looking for packages that fit together…')
            : ' '}
    </div>
  );
}
