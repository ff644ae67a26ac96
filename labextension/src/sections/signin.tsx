import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { duration, secondsSince } from '../model/format';
import { useFace, useNow, useRun } from '../ui/context';
import { MenuButton } from '../ui/menu';
import { Notice } from '../ui/notice';
import type { Identity, SignInPrompt } from '../wire';
import { accountMenu } from './account';

/** Signed out, or on the way in: the code to type and where. */
export function SignIn({ identity }: { identity: Identity }): React.JSX.Element {
  return identity.state === 'signing_in' && identity.prompt ? (
    <Code prompt={identity.prompt} />
  ) : (
    <SignedOut identity={identity} />
  );
}

function Code({ prompt }: { prompt: SignInPrompt }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const [copied, setCopied] = React.useState(false);
  const copy = () => {
    Clipboard.copyToSystem(prompt.code);
    setCopied(true);
  };
  return (
    <Notice
      kind="info"
      title={trans.__('Sign in to Azure')}
      footer={<Expiry prompt={prompt} />}
      actions={[
        {
          label: trans.__('Copy code and open page'),
          primary: true,
          run: () => {
            copy();
            window.open(prompt.url, '_blank', 'noopener');
          }
        },
        { label: copied ? trans.__('Copied') : trans.__('Copy code'), run: copy },
        { label: trans.__('Cancel'), run: () => run(CommandIDs.signOut) }
      ]}
    >
      <div>{trans.__('Open this page and type the code:')}</div>
      <a href={prompt.url} target="_blank" rel="noopener noreferrer">
        {prompt.url}
      </a>
      <output className="jp-CIManager-code" aria-label={trans.__('Code')}>
        {prompt.code}
      </output>
      <div>{trans.__('This page notices by itself when you are signed in.')}</div>
    </Notice>
  );
}

function Expiry({ prompt }: { prompt: SignInPrompt }): React.JSX.Element | null {
  const { trans } = useFace();
  const left = -(secondsSince(prompt.expires_on, useNow(10_000)) ?? 0);
  return left > 0 ? (
    <div>{trans.__('The code is good for another %1.', duration(left, trans))}</div>
  ) : null;
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
