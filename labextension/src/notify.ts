import { Clipboard, Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ApiError, brief } from './errors';
import { NOT_FETCHED } from './later';

/**
 * Tell of an error: one sentence in a notification, everything there is behind its button.
 */
export function notifyError(reason: unknown, title: string, trans: TranslationBundle): void {
  const error = ApiError.from(reason);
  if (error.code === NOT_FETCHED) {
    return;
  }
  Notification.error(brief(error, title, trans), {
    autoClose: false,
    actions: [
      {
        label: trans.__('Details'),
        callback: () => void showDetails(error, title, trans)
      }
    ]
  });
}

/**
 * Do something and tell of what goes wrong; gives whether it went well.
 */
export async function guarded(
  title: string,
  trans: TranslationBundle,
  work: () => Promise<void>
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (reason) {
    notifyError(reason, title, trans);
    return false;
  }
}

async function showDetails(
  error: ApiError,
  title: string,
  trans: TranslationBundle
): Promise<void> {
  // What is not known, or is not about an answer of the server, is left out.
  const facts = {
    code: error.code,
    status: error.status || undefined,
    field: error.field ?? undefined,
    details: error.info.details
  };
  const text = [error.message, error.hint, JSON.stringify(facts, null, 2)]
    .filter(Boolean)
    .join('\n\n');
  const copy = Dialog.createButton({ label: trans.__('Copy'), accept: false });
  const result = await showDialog({
    title,
    body: createElement('pre', { className: 'jp-CIManager-verbatim' }, text),
    buttons: [copy, Dialog.okButton({ label: trans.__('Close') })]
  });
  if (result.button.label === copy.label) {
    Clipboard.copyToSystem(text);
  }
}
