import React from 'react';
import { CommandIDs } from '../commands/ids';
import { useFace, useRun } from '../ui/context';
import { MenuButton } from '../ui/menu';
import { Notice } from '../ui/notice';
import type { Identity } from '../wire';
import { accountMenu } from './account';

/** Signed out, or on the way in: its code stands in a dialog, where there is room for it. */
export function SignIn({ identity }: { identity: Identity }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  if (identity.state !== 'signing_in') {
    return <SignedOut identity={identity} />;
  }
  return (
    <Notice
      kind="info"
      title={trans.__('A sign-in waits for its code')}
      actions={[
        {
          label: trans.__('Show the code…'),
          primary: true,
          run: () => run(CommandIDs.signIn, { method: 'device_code' })
        },
        { label: trans.__('Cancel'), run: () => run(CommandIDs.signOut) }
      ]}
    />
  );
}

function SignedOut({ identity }: { identity: Identity }): React.JSX.Element {
  const { model, trans } = useFace();
  const run = useRun();
  const locked = model.status.value?.may_write['sign_in'] === false;
  const { error } = identity;
  const expired = error?.code === 'sign_in_expired';
  // "Nobody is signed in" says no more than the title does.
  const known = error && error.code !== 'signed_out' ? error : null;
  return (
    <div className="jp-CIManager-signedOut">
      <Notice
        kind={known ? 'warning' : 'info'}
        title={
          expired
            ? trans.__('Your sign-in to Azure has expired')
            : trans.__('You are not signed in to Azure')
        }
        actions={[
          {
            label: trans.__('Sign in…'),
            primary: true,
            reason: locked ? trans.__('This Jupyter server does not let you change it.') : '',
            run: () => run(CommandIDs.signIn)
          }
        ]}
      >
        {known && <div>{known.message}</div>}
        {known?.hint && <div>{known.hint}</div>}
        <div>{trans.__('Environments and kernels below work without it.')}</div>
      </Notice>
      <MenuButton
        label={trans.__('Other ways to sign in')}
        className="jp-CIManager-link"
        entries={() => accountMenu(identity, locked, trans, run)}
      >
        {trans.__('Other ways to sign in')}
      </MenuButton>
    </div>
  );
}
