import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs } from '../commands/ids';
import type { IRun } from '../commands/run';
import type { IEnvironmentLine } from '../model/environmentlines';
import type { IMenuEntry } from '../ui/menu';

/** All that can be done with an environment; what one that is protected does not let be says why. */
export function environmentMenu(
  line: IEnvironmentLine,
  trans: TranslationBundle,
  run: IRun
): IMenuEntry[] {
  const { environment, kernels } = line;
  const entries: IMenuEntry[] = [];
  const busy = environment?.job_id ? trans.__('A job is working on it.') : '';
  const clone = {
    label: trans.__('Clone…'),
    run: () => run(CommandIDs.newKernel, { clone: environment?.prefix ?? '' })
  };
  const kernel = kernels.find(candidate => !candidate.is_broken);
  if (kernel && run.has(CommandIDs.newNotebook)) {
    entries.push({
      label: trans.__('New notebook with %1', kernel.display_name),
      run: () => run(CommandIDs.newNotebook, { kernel: kernel.name })
    });
  }
  if (environment) {
    const id = { environment: environment.prefix };
    if (run.has(CommandIDs.openTerminal)) {
      entries.push({
        label: trans.__('Open terminal with it activated'),
        run: () => run(CommandIDs.openTerminal, id)
      });
    }
    entries.push(
      { label: trans.__('Packages…'), run: () => run(CommandIDs.showPackages, id) },
      { label: trans.__('Export…'), run: () => run(CommandIDs.exportEnvironment, id) },
      {
        label: trans.__('New kernel from it…'),
        separated: true,
        run: () => run(CommandIDs.newKernel, { existing: environment.prefix })
      },
      ...(environment.is_protected ? [] : [clone])
    );
  }
  // What is broken has a button of its own; damage shows in no list before files are read.
  for (const spec of kernels.filter(candidate => environment && !candidate.is_broken)) {
    entries.push({
      label: trans.__('Check and repair %1', spec.display_name),
      reason: busy,
      run: () => run(CommandIDs.repairKernel, { name: spec.name })
    });
  }
  for (const spec of kernels.filter(candidate => !candidate.is_protected)) {
    entries.push({
      label: trans.__('Rename kernel %1…', spec.display_name),
      run: () => run(CommandIDs.renameKernel, { name: spec.name })
    });
    entries.push({
      label: trans.__('Remove kernel %1…', spec.display_name),
      run: () => run(CommandIDs.removeKernel, { name: spec.name })
    });
  }
  if (environment) {
    const id = { environment: environment.prefix };
    entries.push({
      label: trans.__('Protection and snapshots…'),
      separated: true,
      run: () => run(CommandIDs.showProtection, id)
    });
    const reason = environment.is_protected
      ? trans.__('Protected: %1 Clone it and work in the clone.', environment.protection_reason)
      : busy;
    entries.push(
      {
        label: trans.__('Rename environment…'),
        reason,
        run: () => run(CommandIDs.renameEnvironment, id)
      },
      {
        label: trans.__('Remove environment…'),
        danger: true,
        reason,
        run: () => run(CommandIDs.removeEnvironment, id)
      }
    );
    if (environment.is_protected) {
      entries.push(clone);
    }
  }
  return entries;
}
