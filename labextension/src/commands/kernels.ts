import { InputDialog, Notification } from '@jupyterlab/apputils';
import { confirmRemoveEnvironment, confirmRemoveKernel } from '../dialogs/confirm';
import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import type { Environment, Job, Kernel } from '../wire';
import { CommandIDs } from './ids';
import { describe, textOf } from './schema';

/**
 * Add the commands on environments, kernels and jobs.
 */
export function addKernelCommands(face: IFace): void {
  const { commands, model, trans } = face;
  const { api } = model;
  const environmentArg = describe({
    environment: trans.__('Name or prefix of the conda environment')
  });
  const kernelArg = describe({ name: trans.__('Name of the kernel spec') });

  const environmentOf = async (id: string): Promise<Environment | undefined> => {
    await model.environments.ensure();
    const all = model.environments.value ?? [];
    if (id) {
      return all.find(each => each.prefix === id) ?? all.find(each => each.name === id);
    }
    const answer = await InputDialog.getItem({
      title: trans.__('Choose an environment'),
      items: all.map(each => each.name)
    });
    return answer.button.accept ? all.find(each => each.name === answer.value) : undefined;
  };
  const kernelOf = async (name: string): Promise<Kernel | undefined> => {
    await model.kernels.ensure();
    const all = model.kernels.value ?? [];
    if (name) {
      return all.find(each => each.name === name);
    }
    const answer = await InputDialog.getItem({
      title: trans.__('Choose a kernel'),
      items: all.map(each => each.name)
    });
    return answer.button.accept ? all.find(each => each.name === answer.value) : undefined;
  };

  commands.addCommand(CommandIDs.newKernel, {
    label: trans.__('New Conda Kernel…'),
    caption: trans.__('Make a conda environment and its kernel'),
    describedBy: describe({
      existing: trans.__('Environment to make the kernel from'),
      clone: trans.__('Environment to copy'),
      packages: trans.__('Packages to begin with')
    }),
    execute: async args => {
      if (!model.status.value) {
        await model.refresh();
      }
      const { newKernel } = await import('../dialogs/newkernel');
      const job = await newKernel(face, {
        existing: textOf(args, 'existing'),
        clone: textOf(args, 'clone'),
        packages: textOf(args, 'packages')
      });
      if (job) {
        model.takeJob(job);
      }
    }
  });

  commands.addCommand(CommandIDs.showPackages, {
    label: trans.__('Show Packages of Conda Environment…'),
    describedBy: environmentArg,
    execute: async args => {
      const environment = await environmentOf(textOf(args, 'environment'));
      if (environment) {
        const { showPackages } = await import('../dialogs/packages');
        const job = await showPackages(face, environment);
        if (job) {
          model.takeJob(job);
        }
      }
    }
  });

  commands.addCommand(CommandIDs.exportEnvironment, {
    label: trans.__('Export Conda Environment…'),
    describedBy: environmentArg,
    execute: async args => {
      const environment = await environmentOf(textOf(args, 'environment'));
      if (environment) {
        const { exportEnvironment } = await import('../dialogs/export');
        await exportEnvironment(face, environment);
      }
    }
  });

  commands.addCommand(CommandIDs.removeEnvironment, {
    label: trans.__('Remove Conda Environment…'),
    describedBy: environmentArg,
    execute: async args => {
      const environment = await environmentOf(textOf(args, 'environment'));
      if (!environment) {
        return;
      }
      if (environment.is_protected) {
        Notification.warning(
          trans.__('%1 is protected: %2', environment.name, environment.protection_reason)
        );
        return;
      }
      const kernels = (model.kernels.value ?? []).filter(
        kernel => kernel.prefix === environment.prefix
      );
      if (await confirmRemoveEnvironment(environment, kernels, trans)) {
        await guarded(trans.__('%1 was not removed.', environment.name), trans, async () =>
          model.takeJob(await api.removeEnvironment(environment.prefix, environment.name))
        );
      }
    }
  });

  commands.addCommand(CommandIDs.removeKernel, {
    label: trans.__('Remove Kernel…'),
    describedBy: kernelArg,
    execute: async args => {
      const kernel = await kernelOf(textOf(args, 'name'));
      if (kernel && (await confirmRemoveKernel(kernel, trans))) {
        await guarded(trans.__('%1 was not removed.', kernel.display_name), trans, () =>
          api.removeKernel(kernel.name)
        );
        await model.refreshLocal();
        model.noticeKernels();
      }
    }
  });

  commands.addCommand(CommandIDs.renameKernel, {
    label: trans.__('Rename Kernel…'),
    describedBy: kernelArg,
    execute: async args => {
      const kernel = await kernelOf(textOf(args, 'name'));
      if (!kernel) {
        return;
      }
      const answer = await InputDialog.getText({
        title: trans.__('Rename kernel %1', kernel.display_name),
        label: trans.__('Shown as'),
        text: kernel.display_name
      });
      const name = answer.value?.trim();
      if (answer.button.accept && name) {
        await guarded(trans.__('%1 was not renamed.', kernel.display_name), trans, async () => {
          await api.renameKernel(kernel.name, name);
        });
        await model.refreshLocal();
        model.noticeKernels();
      }
    }
  });

  commands.addCommand(CommandIDs.repairKernel, {
    label: trans.__('Repair Kernel…'),
    describedBy: kernelArg,
    execute: async args => {
      const kernel = await kernelOf(textOf(args, 'name'));
      if (kernel) {
        await guarded(trans.__('%1 was not repaired.', kernel.display_name), trans, async () => {
          const answer = await api.repairKernel(kernel.name);
          if ('task' in answer) {
            model.takeJob(answer);
          }
        });
        await model.refreshLocal();
        model.noticeKernels();
      }
    }
  });

  const jobCommand = (
    id: string,
    label: string,
    failed: string,
    run: (id: string) => Promise<Job | void>
  ) =>
    commands.addCommand(id, {
      label,
      describedBy: describe({ id: trans.__('Id of the job') }),
      isVisible: args => textOf(args, 'id') !== '',
      execute: async args => {
        await guarded(failed, trans, async () => {
          await run(textOf(args, 'id'));
        });
        await model.jobs.refresh();
      }
    });
  jobCommand(
    CommandIDs.cancelJob,
    trans.__('Cancel Job'),
    trans.__('The job was not cancelled.'),
    each => api.cancelJob(each)
  );
  jobCommand(
    CommandIDs.retryJob,
    trans.__('Try Job Again'),
    trans.__('The job was not tried again.'),
    each => api.retryJob(each)
  );
  jobCommand(
    CommandIDs.removeJob,
    trans.__('Remove Job from List'),
    trans.__('The job was not removed.'),
    each => api.removeJob(each)
  );
}
