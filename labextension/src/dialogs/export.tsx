import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import type { ExportFormat } from '../api';
import { useAnswer } from '../ui/answer';
import { type IFace, useFace } from '../ui/context';
import { download } from '../ui/download';
import { ErrorNotice, Loading } from '../ui/notice';
import type { Environment } from '../wire';
import { Choices } from './form';
import { type IFormProps, showForm } from './formdialog';

const YAML = 'environment.yml';

/**
 * Show an environment as a file's text, to copy or to save.
 */
export async function exportEnvironment(face: IFace, environment: Environment): Promise<void> {
  const { trans } = face;
  await showForm<boolean>(face, props => <ExportForm {...props} environment={environment} />, {
    title: trans.__('Export %1', environment.name),
    accept: trans.__('Save as file'),
    cancel: trans.__('Close'),
    wide: true,
    trans
  });
}

function ExportForm(props: IFormProps<boolean> & { environment: Environment }): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, environment } = props;
  const [format, setFormat] = React.useState<ExportFormat>('yaml');
  const [said, setSaid] = React.useState('');
  const { current, error, value } = useAnswer(format, each =>
    model.api.exportEnvironment(environment.prefix, each as ExportFormat)
  );
  const text = current ? (value ?? '') : '';
  bind(async () => {
    if (!text) {
      return null;
    }
    download(fileName(environment.name, format), text);
    return true;
  });
  const help: Record<ExportFormat, string> = {
    yaml: trans.__('What was asked for, with versions: makes a like environment anywhere.'),
    explicit: trans.__('The exact packages by their addresses: for this kind of machine.'),
    lock: trans.__('The exact packages with their hashes, as conda-lock writes them.')
  };
  return (
    <div className="jp-CIManager-formBody">
      <Choices
        field="format"
        label={trans.__('Form')}
        value={format}
        onChange={chosen => {
          setFormat(chosen);
          setSaid('');
        }}
        options={[
          ['yaml', YAML],
          ['explicit', trans.__('exact list')],
          ['lock', trans.__('lock file')]
        ]}
        help={help[format]}
      />
      {error ? (
        <ErrorNotice error={error} />
      ) : !text ? (
        <Loading />
      ) : (
        <>
          <div className="jp-CIManager-field">
            <textarea
              readOnly
              className="jp-mod-styled"
              aria-label={fileName(environment.name, format)}
              rows={16}
              spellCheck={false}
              value={text}
            />
          </div>
          <div className="jp-CIManager-rowOfButtons">
            <button
              type="button"
              className="jp-CIManager-button"
              onClick={() => {
                Clipboard.copyToSystem(text);
                setSaid(trans.__('Copied'));
              }}
            >
              {trans.__('Copy')}
            </button>
            <span role="status">{said}</span>
          </div>
        </>
      )}
    </div>
  );
}

function fileName(environment: string, format: ExportFormat): string {
  switch (format) {
    case 'yaml':
      return `${environment}.yml`;
    case 'explicit':
      return `${environment}-explicit.txt`;
    case 'lock':
      return `${environment}.conda-lock.yml`;
  }
}
