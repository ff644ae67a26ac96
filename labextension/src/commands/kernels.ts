import { later } from '../later';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { describe, textOf } from './schema';

type Work = Awaited<ReturnType<typeof later.work>>;

/**
 * Add the commands on environments, kernels and jobs.
 */
export function addKernelCommands(face: IFace): void {
  const { commands, trans } = face;
  const kernelArg = describe({ name: trans.__('Name of the kernel') });

  commands.addCommand(CommandIDs.newKernel, {
    label: trans.__('New Conda Kernel…'),
    caption: trans.__('Make a conda environment and its kernel'),
    describedBy: describe({
      existing: trans.__('Environment to make the kernel from'),
      clone: trans.__('Environment to copy'),
      packages: trans.__('Packages to begin with')
    }),
    execute: async args =>
      (await later.work()).makeKernel(face, {
        existing: textOf(args, 'existing'),
        clone: textOf(args, 'clone'),
        packages: textOf(args, 'packages')
      })
  });

  const ofKernel: [string, string, (work: Work) => Work['removeKernel']][] = [
    [CommandIDs.removeKernel, trans.__('Remove Kernel…'), work => work.removeKernel],
    [CommandIDs.renameKernel, trans.__('Rename Kernel…'), work => work.renameKernel],
    [CommandIDs.repairKernel, trans.__('Repair Kernel…'), work => work.repairKernel]
  ];
  for (const [id, label, pick] of ofKernel) {
    commands.addCommand(id, {
      label,
      describedBy: kernelArg,
      execute: async args => pick(await later.work())(face, textOf(args, 'name'))
    });
  }

  commands.addCommand(CommandIDs.clearJobs, {
    label: trans.__('Clear Finished Jobs'),
    describedBy: describe({}),
    execute: async () => (await later.work()).clearJobs(face)
  });

  const ofJob: [string, string, (work: Work) => Work['cancelJob']][] = [
    [CommandIDs.cancelJob, trans.__('Cancel Job'), work => work.cancelJob],
    [CommandIDs.retryJob, trans.__('Try Job Again'), work => work.retryJob],
    [CommandIDs.editJob, trans.__('Edit Job and Try Again…'), work => work.editJob],
    [CommandIDs.removeJob, trans.__('Remove Job from List'), work => work.removeJob]
  ];
  for (const [id, label, pick] of ofJob) {
    commands.addCommand(id, {
      label,
      describedBy: describe({ id: trans.__('Id of the job') }),
      isVisible: args => textOf(args, 'id') !== '',
      execute: async args => pick(await later.work())(face, textOf(args, 'id'))
    });
  }
}
