import { Clipboard, InputDialog, Notification } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { confirmDelete, confirmRestart, confirmStop } from '../dialogs/confirm';
import { reasonOf } from '../errors';
import { pricePerHour } from '../model/format';
import { notifyError } from '../notify';
import type { IFace } from '../ui/context';
import type { ComputeInstance } from '../wire';
import { CommandIDs } from './ids';
import { describe, textOf } from './schema';

interface IInstanceCommand {
  id: string;
  label: string;
  /** The action whose verdict counts. */
  action: string;
  /** What is said when it goes wrong. */
  failed: (name: string) => string;
  run: (instance: ComputeInstance) => Promise<void>;
}

/**
 * Add the commands on instances. Each takes the instance's name, or asks for it.
 */
export function addInstanceCommands(face: IFace): void {
  const { commands, model, trans } = face;
  const { api } = model;

  commands.addCommand(CommandIDs.createInstance, {
    label: trans.__('Create Compute Instance…'),
    caption: trans.__('Create an Azure Machine Learning compute instance'),
    describedBy: describe({}),
    execute: async () => {
      await model.status.ensure();
      const { createInstance } = await import('../dialogs/createinstance');
      const made = await createInstance(face);
      if (made) {
        model.take(made);
        commands.notifyCommandChanged();
      }
    }
  });

  const all: IInstanceCommand[] = [
    {
      id: CommandIDs.startInstance,
      label: trans.__('Start Compute Instance…'),
      action: 'start',
      failed: name => trans.__('%1 was not started.', name),
      run: async instance => {
        model.take(await api.actOnInstance(instance.name, 'start'));
        const price = pricePerHour(instance.price_per_hour, trans);
        Notification.info(
          price
            ? trans.__('%1 is starting: about %2 until it is stopped.', instance.name, price)
            : trans.__('%1 is starting.', instance.name),
          { autoClose: 4000 }
        );
      }
    },
    {
      id: CommandIDs.stopInstance,
      label: trans.__('Stop Compute Instance…'),
      action: 'stop',
      failed: name => trans.__('%1 was not stopped.', name),
      run: async instance => {
        if (await confirmStop(instance, trans)) {
          model.take(await api.actOnInstance(instance.name, 'stop', instance.name));
        }
      }
    },
    {
      id: CommandIDs.restartInstance,
      label: trans.__('Restart Compute Instance…'),
      action: 'restart',
      failed: name => trans.__('%1 was not restarted.', name),
      run: async instance => {
        if (await confirmRestart(instance, trans)) {
          model.take(await api.actOnInstance(instance.name, 'restart', instance.name));
        }
      }
    },
    {
      id: CommandIDs.deleteInstance,
      label: trans.__('Delete Compute Instance…'),
      action: 'delete',
      failed: name => trans.__('%1 was not deleted.', name),
      run: async instance => {
        if (await confirmDelete(instance, trans)) {
          model.take(await api.deleteInstance(instance.name, instance.name));
        }
      }
    },
    {
      id: CommandIDs.resizeInstance,
      label: trans.__('Resize Compute Instance…'),
      action: 'resize',
      failed: name => trans.__('%1 was not resized.', name),
      run: async instance => {
        const { resizeInstance } = await import('../dialogs/resize');
        const resized = await resizeInstance(face, instance);
        if (resized) {
          model.take(resized);
        }
      }
    },
    {
      id: CommandIDs.openInstance,
      label: trans.__('Open JupyterLab of Compute Instance…'),
      action: 'open',
      failed: name => trans.__('%1 could not be opened.', name),
      run: async instance => {
        const lab =
          instance.applications.find(({ name }) => /jupyter\s*lab/i.test(name)) ??
          instance.applications[0];
        if (lab) {
          window.open(lab.url, '_blank', 'noopener');
        } else {
          Notification.warning(trans.__('%1 names no application to open.', instance.name));
        }
      }
    },
    {
      id: CommandIDs.copySsh,
      label: trans.__('Copy SSH Command of Compute Instance…'),
      action: 'ssh',
      failed: name => trans.__('%1 has no SSH access.', name),
      run: async instance => {
        if (instance.ssh.command) {
          Clipboard.copyToSystem(instance.ssh.command);
          Notification.success(trans.__('The SSH command is copied.'), { autoClose: 3000 });
        } else {
          Notification.warning(trans.__('%1 has no SSH access.', instance.name));
        }
      }
    },
    {
      id: CommandIDs.postponeStop,
      label: trans.__('Postpone Automatic Stop by an Hour…'),
      action: 'set_schedules',
      failed: name => trans.__('The stop of %1 was not postponed.', name),
      run: async instance => model.take(await api.postpone(instance.name, 60))
    }
  ];

  for (const command of all) {
    const named = (args: ReadonlyPartialJSONObject) => model.instance(textOf(args, 'name'));
    commands.addCommand(command.id, {
      label: command.label,
      caption: args => reasonOf(named(args)?.actions[command.action], trans) || command.label,
      describedBy: describe({ name: trans.__('Name of the compute instance') }),
      isEnabled: args => named(args)?.actions[command.action]?.allowed !== 'no',
      execute: async args => {
        const instance = named(args) ?? (await pick(face, command, textOf(args, 'name')));
        if (!instance) {
          return;
        }
        try {
          await command.run(instance);
        } catch (reason) {
          notifyError(reason, command.failed(instance.name), trans);
          // Whatever the reason: the picture it was asked from may be old.
          void model.instances.refresh();
        }
      }
    });
  }
}

/** Ask which instance; those that it can be done with come first, none means none can. */
async function pick(
  face: IFace,
  command: IInstanceCommand,
  name: string
): Promise<ComputeInstance | undefined> {
  const { model, trans } = face;
  if (!model.status.value) {
    await model.refresh();
  }
  await model.instances.ensure();
  if (name) {
    return model.instance(name);
  }
  const possible = (model.instances.value?.instances ?? []).filter(
    instance => instance.actions[command.action]?.allowed !== 'no'
  );
  if (possible.length === 0) {
    Notification.info(trans.__('There is no instance with which this can be done now.'));
    return undefined;
  }
  const answer = await InputDialog.getItem({
    title: command.label,
    label: trans.__('Compute instance'),
    items: possible.map(instance => instance.name)
  });
  return answer.button.accept && answer.value ? model.instance(answer.value) : undefined;
}
