import { later } from '../later';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { describe } from './schema';

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
  add(CommandIDs.signIn, trans.__('Sign in to Azure…'), async () =>
    (await later.work()).signIn(face)
  );
  add(CommandIDs.signOut, trans.__('Sign out of Azure'), async () =>
    (await later.work()).signOut(face)
  );
}
