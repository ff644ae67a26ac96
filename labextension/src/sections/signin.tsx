import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { ApiError } from '../errors';
import { useFace, useNow, useRun } from '../ui/context';
import { ErrorNotice, Notice } from '../ui/notice';
import type { Identity } from '../wire';

/** Signed out, or on the way in: the code to type and where. */
export function SignIn({ identity }: { identity: Identity }): React.JSX.Element {
  const { model, trans } = useFace();
  const run = useRun();
  const waiting = identity.state === 'signing_in';
  const now = useNow(waiting ? 3_000 : 0);

  React.useEffect(() => {
    if (waiting) {
      void model.status.refresh();
    }
  }, [waiting, now, model]);
  React.useEffect(() => () => void model.refresh(), [model]);

  const prompt = identity.prompt;
  if (waiting && prompt) {
    return (
      <Notice
        kind="info"
        title={trans.__('Sign in to Azure')}
        actions={[
          {
            label: trans.__('Copy code and open page'),
            primary: true,
            run: () => {
              Clipboard.copyToSystem(prompt.code);
              window.open(prompt.url, '_blank', 'noopener');
            }
          },
          { label: trans.__('Cancel'), run: () => run(CommandIDs.signOut) }
        ]}
      >
        <div>{trans.__('Open this page and type the code:')}</div>
        <a href={prompt.url} target="_blank" rel="noopener noreferrer">
          {prompt.url}
        </a>
        <output className="jp-CIManager-code">{prompt.code}</output>
        <div>{trans.__('This page notices by itself when you are signed in.')}</div>
      </Notice>
    );
  }
  return (
    <>
      <Notice
        kind="info"
        title={trans.__('You are not signed in to Azure')}
        actions={[
          { label: trans.__('Sign in…'), run: () => run(CommandIDs.signIn), primary: true }
        ]}
      >
        {trans.__('Environments and kernels below work without it.')}
      </Notice>
      {identity.error && identity.error.code !== 'signed_out' && (
        <ErrorNotice error={new ApiError(identity.error, 0)} />
      )}
    </>
  );
}
