import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { useFace } from '../../ui/context';
import { CheckField, TextField } from '../form';
import type { IOptionProps } from './option';

const GUID = '00000000-0000-0000-0000-000000000000';
const FIND_USER = 'az ad user show --id NAME@EXAMPLE.COM --query id --output tsv';
const FIND_TENANT = 'az account show --query tenantId --output tsv';
const COMPUTES = 'Microsoft.MachineLearningServices/workspaces/computes/';
const NEEDED = ['start', 'stop', 'restart', 'applicationaccess'].map(
  name => `${COMPUTES}${name}/action`
);

/** An instance that somebody else shall use: who, and what that person needs. */
export function PersonOption({ change, draft }: IOptionProps): React.JSX.Element {
  const { model, trans } = useFace();
  const own = model.status.value?.compute.identity.tenant_id ?? '';
  return (
    <>
      <CheckField
        field="assigned_user"
        label={trans.__('Somebody else shall use it')}
        value={draft.forOther}
        onChange={forOther => change({ forOther, tenantId: draft.tenantId || own })}
        help={trans.__('Only that person will be able to open it, not you.')}
      />
      {draft.forOther && (
        <>
          <TextField
            field="assigned_user_object_id"
            label={trans.__('Object id of that person')}
            placeholder={GUID}
            value={draft.objectId}
            onChange={objectId => change({ objectId: objectId.trim() })}
            help={<Command text={FIND_USER} />}
          />
          <TextField
            field="assigned_user_tenant_id"
            label={trans.__('Tenant id')}
            placeholder={GUID}
            value={draft.tenantId}
            onChange={tenantId => change({ tenantId: tenantId.trim() })}
            help={
              own && draft.tenantId === own ? (
                trans.__('Your own tenant.')
              ) : (
                <Command text={FIND_TENANT} />
              )
            }
          />
          <div>
            {trans.__('That person needs these permissions on the workspace:')}
            <ul className="jp-CIManager-permissions">
              {NEEDED.map(each => (
                <li key={each}>
                  <code>{each}</code>
                </li>
              ))}
            </ul>
            <button
              type="button"
              className="jp-CIManager-button"
              onClick={() => Clipboard.copyToSystem(NEEDED.join('\n'))}
            >
              {trans.__('Copy permissions')}
            </button>
          </div>
        </>
      )}
    </>
  );
}

function Command({ text }: { text: string }): React.JSX.Element {
  const { trans } = useFace();
  return (
    <>
      {trans.__('Find it with')} <code>{text}</code>
    </>
  );
}
