import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { ComputeInstance, Kernel } from '../wire';

async function confirm(
  trans: TranslationBundle,
  title: string,
  accept: string,
  losses: string[],
  warn = true
): Promise<boolean> {
  const result = await showDialog({
    title,
    body: (
      <div className="jp-CIManager jp-CIManager-confirm">
        {losses.map(loss => (
          <p key={loss}>{loss}</p>
        ))}
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      (warn ? Dialog.warnButton : Dialog.okButton)({ label: accept })
    ],
    // What destroys is never one careless Enter away.
    defaultButton: warn ? 0 : 1
  });
  return result.button.accept;
}

function onThisMachine(instance: ComputeInstance, trans: TranslationBundle): string[] {
  return instance.is_this_machine
    ? [trans.__('This is the machine you are working on: this JupyterLab ends as well.')]
    : [];
}

/** Ask before an instance is stopped. */
export function confirmStop(instance: ComputeInstance, trans: TranslationBundle): Promise<boolean> {
  return confirm(
    trans,
    trans.__('Stop %1?', instance.name),
    trans.__('Stop'),
    [
      trans.__('Lost: what its kernels and terminals hold in memory. Kept: its disk.'),
      ...onThisMachine(instance, trans),
      trans.__('It stops being billed for computing; its cores still count against the quota.')
    ],
    instance.is_this_machine
  );
}

/** Ask before an instance is restarted. */
export function confirmRestart(
  instance: ComputeInstance,
  trans: TranslationBundle
): Promise<boolean> {
  return confirm(
    trans,
    trans.__('Restart %1?', instance.name),
    trans.__('Restart'),
    [
      trans.__('Lost: what its kernels and terminals hold in memory. Kept: its disk.'),
      ...onThisMachine(instance, trans)
    ],
    instance.is_this_machine
  );
}

/** Ask before an instance is deleted. */
export function confirmDelete(
  instance: ComputeInstance,
  trans: TranslationBundle
): Promise<boolean> {
  return confirm(trans, trans.__('Delete %1?', instance.name), trans.__('Delete'), [
    trans.__(
      'Lost for ever: the instance %1, its disk, the environments and kernels on it, and every file that is not in the workspace’s own storage.',
      instance.name
    ),
    ...onThisMachine(instance, trans),
    trans.__('Its cores become free in the quota.')
  ]);
}

/** Ask before a kernel is removed; its environment stays. */
export function confirmRemoveKernel(kernel: Kernel, trans: TranslationBundle): Promise<boolean> {
  return confirm(trans, trans.__('Remove kernel %1?', kernel.display_name), trans.__('Remove'), [
    trans.__('Notebooks that use %1 will ask for another kernel.', kernel.display_name),
    kernel.environment
      ? trans.__('Kept: the environment %1 and its packages.', kernel.environment)
      : trans.__('Kept: everything but its entry in the launcher.')
  ]);
}
