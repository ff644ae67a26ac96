import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Kernel } from '../wire';

/** Ask before a kernel is removed; its environment stays. */
export async function confirmRemoveKernel(
  kernel: Kernel,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Remove kernel %1?', kernel.display_name),
    body: (
      <div className="jp-CIManager jp-CIManager-confirm">
        <p>{trans.__('Notebooks that use %1 will ask for another kernel.', kernel.display_name)}</p>
        <p>
          {kernel.environment
            ? trans.__('Kept: the environment %1 and its packages.', kernel.environment)
            : trans.__('Kept: everything but its entry in the launcher.')}
        </p>
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Remove') })
    ],
    // What destroys is never one careless Enter away.
    defaultButton: 0
  });
  return result.button.accept;
}
