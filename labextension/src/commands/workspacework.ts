import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { SignInMethod } from '../model/identity';
import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import type { Workspace } from '../wire';

/** Ask which workspace to use from now on. */
export async function chooseWorkspace({ model, trans }: IFace): Promise<void> {
  await model.workspaces.refresh();
  const { error, value } = model.workspaces.state;
  if (error) {
    await guarded(trans.__('The workspaces cannot be listed.'), trans, () => Promise.reject(error));
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

/** Sign in, or begin to: with a code it goes on by itself. */
export async function signIn({ model, trans }: IFace, method: SignInMethod): Promise<void> {
  await guarded(trans.__('The sign-in did not succeed.'), trans, async () => {
    await model.api.signIn(method);
  });
  await model.refresh();
}

/** Sign out, or leave a sign-in that waits. */
export async function signOut({ model, trans }: IFace): Promise<void> {
  await guarded(trans.__('You were not signed out.'), trans, async () => {
    await model.api.signOut();
  });
  await model.refresh();
}

/** Give all of the user's kernels `%ci`, or take it away again. */
export async function switchMagics({ model, trans }: IFace, on: boolean): Promise<void> {
  await guarded(trans.__('The magics could not be switched.'), trans, async () => {
    await model.api.switchMagics(on);
  });
}

function labelOf(workspace: Workspace): string {
  const place = [workspace.resource_group, workspace.location].filter(Boolean).join(', ');
  return `${workspace.name} — ${place}`;
}
