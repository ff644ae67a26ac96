import { later } from '../later';
import type { SignInMethod } from '../model/identity';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { describe, textOf } from './schema';

/**
 * Add the commands on workspace and sign-in, and the one that reads everything again.
 */
export function addWorkspaceCommands(face: IFace): void {
  const { commands, model, trans } = face;
  const add = (id: string, label: string, execute: () => Promise<void>) =>
    commands.addCommand(id, { label, describedBy: describe({}), execute });
  add(CommandIDs.refresh, trans.__('Refresh Compute Instances'), () => model.refresh(true));
  add(CommandIDs.selectWorkspace, trans.__('Choose Azure Machine Learning Workspace…'), async () =>
    (await later.work()).chooseWorkspace(face)
  );
  add(CommandIDs.signOut, trans.__('Sign out of Azure'), async () =>
    (await later.work()).signOut(face)
  );
  commands.addCommand(CommandIDs.signIn, {
    label: trans.__('Sign in to Azure…'),
    describedBy: describe({
      method: trans.__('device_code, managed_identity, cli, environment or auto')
    }),
    execute: async args =>
      (await later.work()).signIn(face, (textOf(args, 'method') || 'device_code') as SignInMethod)
  });
}
