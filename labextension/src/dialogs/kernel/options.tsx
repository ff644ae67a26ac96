import React from 'react';
import { useFace } from '../../ui/context';
import type { Preview } from '../../wire';
import { Choices, SelectField, TextField } from '../form';
import type { IKernelPartProps } from './source';

const ENGINES = { rattler: 'rattler', conda: 'conda' };

/** What most people leave as it is: pip, channels, for whom, and what does the work. */
export function KernelOptions(
  props: IKernelPartProps & { preview: Preview | null }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { change, draft, preview } = props;
  const status = model.status.value?.kernels;
  const reason = preview?.engine_reason || status?.engine_reason || '';
  return (
    <details className="jp-CIManager-more">
      <summary>{trans.__('More options')}</summary>
      <div className="jp-CIManager-groupBody">
        {draft.source === 'packages' && (
          <TextField
            field="pip"
            label={trans.__('Packages from pip')}
            value={draft.pip}
            onChange={pip => change({ pip })}
            help={trans.__('Installed after conda is done.')}
          />
        )}
        <TextField
          field="channels"
          label={trans.__('Channels')}
          placeholder={(status?.channels ?? []).join(' ')}
          value={draft.channels}
          onChange={channels => change({ channels })}
          help={trans.__('Where packages come from; empty for the usual ones.')}
        />
        <Choices
          field="scope"
          label={trans.__('The kernel is for')}
          value={draft.scope}
          onChange={scope => change({ scope })}
          options={[
            ['user', trans.__('me')],
            ['machine', trans.__('all users of this machine')]
          ]}
        />
        <SelectField
          field="engine"
          label={trans.__('Made with')}
          value={draft.engine}
          onChange={engine => change({ engine })}
          options={[
            ['auto', trans.__('what suits best')],
            ['rattler', ENGINES.rattler],
            ['conda', ENGINES.conda]
          ]}
          help={[
            preview?.engine
              ? trans.__('Now: %1.', preview.engine)
              : status
                ? trans.__('Now: %1.', status.engine)
                : '',
            reason
          ]
            .filter(Boolean)
            .join(' ')}
        />
      </div>
    </details>
  );
}
