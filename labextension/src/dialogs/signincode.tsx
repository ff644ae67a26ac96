import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { duration, secondsSince } from '../model/format';
import { type IFace, useFace, useNow, useResource } from '../ui/context';
import type { Identity, SignInPrompt } from '../wire';
import { type IFormProps, showForm } from './formdialog';

/**
 * Show the code of a sign-in that waits, until it was entered or came to nothing.
 *
 * @returns who acts then; `null` when the user gave it up.
 */
export async function showSignInCode(face: IFace): Promise<Identity | null> {
  const { trans } = face;
  return showForm<Identity>(face, SignInCode, {
    title: trans.__('Sign in to Azure'),
    accept: trans.__('Copy code and open page'),
    trans
  });
}

function SignInCode({ bind, finish }: IFormProps<Identity>): React.JSX.Element | null {
  const { model, trans } = useFace();
  const { value } = useResource(model.status);
  const [copied, setCopied] = React.useState(false);
  const identity = value?.compute.identity;
  const prompt = identity?.prompt;
  const isOver = identity !== undefined && !prompt;
  React.useEffect(() => {
    const watch = model.watch();
    return () => watch.dispose();
  }, [model]);
  React.useEffect(() => {
    if (isOver) {
      finish(identity);
    }
  });
  if (!prompt) {
    return null;
  }
  const copy = () => {
    Clipboard.copyToSystem(prompt.code);
    setCopied(true);
  };
  bind(() => {
    copy();
    window.open(prompt.url, '_blank', 'noopener');
    return Promise.resolve(null);
  });
  return (
    <div className="jp-CIManager-signInCode">
      <div>{trans.__('Open this page and type the code:')}</div>
      <a href={prompt.url} target="_blank" rel="noopener noreferrer">
        {prompt.url}
      </a>
      <div className="jp-CIManager-copyable">
        <output className="jp-CIManager-code" aria-label={trans.__('Code')}>
          {prompt.code}
        </output>
        <button type="button" className="jp-CIManager-button" onClick={copy}>
          {copied ? trans.__('Copied') : trans.__('Copy code')}
        </button>
      </div>
      <div className="jp-CIManager-about">
        <Expiry prompt={prompt} />
        <div>{trans.__('This page notices by itself when you are signed in.')}</div>
        {identity.state === 'signed_in' && identity.name && (
          <div>{trans.__('Until then you stay signed in as %1.', identity.name)}</div>
        )}
      </div>
    </div>
  );
}

function Expiry({ prompt }: { prompt: SignInPrompt }): React.JSX.Element | null {
  const { trans } = useFace();
  const left = -(secondsSince(prompt.expires_on, useNow(10_000)) ?? 0);
  return left > 0 ? (
    <div>{trans.__('The code is good for another %1.', duration(left, trans))}</div>
  ) : null;
}
