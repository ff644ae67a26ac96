import { Clipboard, Dialog, showDialog } from '@jupyterlab/apputils';
import React from 'react';
import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import type { Environment } from '../wire';

/**
 * Show an environment as a file's text, to copy.
 */
export async function exportEnvironment(face: IFace, environment: Environment): Promise<void> {
  const { model, trans } = face;
  await guarded(trans.__('%1 was not exported.', environment.name), trans, async () => {
    const text = await model.api.exportEnvironment(environment.prefix, 'yaml');
    const result = await showDialog({
      title: trans.__('%1 as environment.yml', environment.name),
      body: <pre className="jp-CIManager-verbatim">{text}</pre>,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Close') }),
        Dialog.okButton({ label: trans.__('Copy') })
      ]
    });
    if (result.button.accept) {
      Clipboard.copyToSystem(text);
    }
  });
}
