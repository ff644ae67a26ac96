import { InputDialog, Notification } from '@jupyterlab/apputils';
import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import type { Workspace } from '../wire';
import { CommandIDs } from './ids';
import { describe } from './schema';

/**
 * Add the commands on workspace and sign-in, and the one that reads everything again.
 */
export function addWorkspaceCommands(face: IFace): void {
  const { commands, model, trans } = face;

  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh Compute Instances'),
    describedBy: describe({}),
    execute: () => model.refresh(true)
  });

  commands.addCommand(CommandIDs.selectWorkspace, {
    label: trans.__('Choose Azure Machine Learning Workspace…'),
    describedBy: describe({}),
    execute: async () => {
      await model.workspaces.refresh();
      const { error, value } = model.workspaces.state;
      if (error) {
        await guarded(trans.__('The workspaces cannot be listed.'), trans, () =>
          Promise.reject(error)
        );
        return;
      }
      const workspaces = value?.workspaces ?? [];
      if (workspaces.length === 0) {
        Notification.info(trans.__('You can see no Azure Machine Learning workspace.'));
        return;
      }
      const answer = await InputDialog.getItem({
        title: trans.__('Choose a workspace'),
        label: trans.__('Workspace'),
        okLabel: trans.__('Choose'),
        items: workspaces.map(labelOf),
        current: Math.max(
          0,
          workspaces.findIndex(each => value?.selected && labelOf(each) === labelOf(value.selected))
        )
      });
      const chosen = workspaces.find(each => labelOf(each) === answer.value);
      if (answer.button.accept && chosen) {
        await guarded(trans.__('The workspace was not changed.'), trans, () =>
          model.selectWorkspace(chosen)
        );
      }
    }
  });

  commands.addCommand(CommandIDs.signIn, {
    label: trans.__('Sign in to Azure…'),
    describedBy: describe({}),
    execute: async () => {
      await guarded(trans.__('The sign-in did not begin.'), trans, async () => {
        await model.api.signIn('device_code');
      });
      await model.refresh();
    }
  });

  commands.addCommand(CommandIDs.signOut, {
    label: trans.__('Sign out of Azure'),
    describedBy: describe({}),
    execute: async () => {
      await guarded(trans.__('You were not signed out.'), trans, async () => {
        await model.api.signOut();
      });
      await model.refresh();
    }
  });
}

function labelOf(workspace: Workspace): string {
  const place = [workspace.resource_group, workspace.location].filter(Boolean).join(', ');
  return `${workspace.name} — ${place}`;
}
