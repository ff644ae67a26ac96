import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { useFace } from '../ui/context';
import type { CreatePreview } from '../wire';

/**
 * Buttons that copy what is filled in, in the words of other tools.
 *
 * @param preview - Of what is filled in now, not of what was before; `null` while that is not known.
 */
export function CopyAs({ preview }: { preview: CreatePreview | null }): React.JSX.Element {
  const { model, trans } = useFace();
  const [said, setSaid] = React.useState('');
  const forms: [string, (preview: CreatePreview) => string][] = [
    ['az', each => each.az],
    ['Python', each => each.python],
    [trans.__('ARM template'), each => JSON.stringify(each.template, null, 2)],
    [trans.__('request body'), each => JSON.stringify(each.body, null, 2)]
  ];
  return (
    <div className="jp-CIManager-rowOfButtons" role="group" aria-label={trans.__('Copy as')}>
      <span>{trans.__('Copy as')}</span>
      {forms.map(([label, take]) => (
        <button
          key={label}
          type="button"
          className="jp-CIManager-button"
          disabled={!preview}
          onClick={() => {
            if (preview) {
              Clipboard.copyToSystem(take(preview));
              setSaid(trans.__('%1 copied', label));
            }
          }}
        >
          {label}
        </button>
      ))}
      <span role="status">{said}</span>
      {model.status.value?.compute.backend === 'emulator' && (
        <span className="jp-CIManager-about">
          {trans.__(
            'They name the emulator: point az and Python at it first, as docs/emulator.md says.'
          )}
        </span>
      )}
    </div>
  );
}
