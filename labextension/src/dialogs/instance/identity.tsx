import React from 'react';
import { useFace } from '../../ui/context';
import { Choices, SelectField, TextField } from '../form';
import type { IOptionProps } from './option';

const IDENTITY =
  '/subscriptions/…/resourceGroups/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…';

/** As whom the instance itself reaches Azure, and as whom its user does from it. */
export function IdentityOption({ change, draft }: IOptionProps): React.JSX.Element {
  const { trans } = useFace();
  return (
    <>
      <Choices
        field="identity_kind"
        label={trans.__('Managed identity')}
        value={draft.identity}
        onChange={identity => change({ identity })}
        options={[
          ['none', trans.__('none')],
          ['system', trans.__('its own (system-assigned)')],
          ['user', trans.__('user-assigned')]
        ]}
        help={
          draft.identity === 'none'
            ? ''
            : trans.__(
                'Automatic stop works only if that identity is Contributor of the workspace.'
              )
        }
      />
      {draft.identity === 'user' && (
        <TextField
          field="identity"
          label={trans.__('Ids of the identities, one a line')}
          rows={2}
          placeholder={IDENTITY}
          value={draft.identities}
          onChange={identities => change({ identities })}
        />
      )}
      <SelectField
        field="enable_sso"
        label={trans.__('Single sign-on')}
        value={draft.sso === null ? 'default' : draft.sso ? 'on' : 'off'}
        onChange={sso => change({ sso: sso === 'default' ? null : sso === 'on' })}
        options={[
          ['default', trans.__('as Azure does by default')],
          ['on', trans.__('on: code on it acts as you, without a sign-in')],
          ['off', trans.__('off: code on it must sign in')]
        ]}
      />
    </>
  );
}
