import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { SignInMethod } from '../model/identity';
import { ApiError } from '../errors';
import { later } from '../later';
import { guarded, notifyError } from '../notify';
import type { IFace } from '../ui/context';
import type { Identity, Workspace } from '../wire';

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
    Notification.info(trans.__('You can see no Azure Machine Learning workspace.'), {
      autoClose: 10_000
    });
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

/** Sign in; a code is shown until it was entered, and whoever is signed in stays so until then. */
export async function signIn(face: IFace, method: SignInMethod): Promise<void> {
  const { model, trans } = face;
  const failed = trans.__('The sign-in did not succeed.');
  const answer: { identity?: Identity } = {};
  await guarded(failed, trans, async () => {
    answer.identity = await model.api.signIn(method);
  });
  if (answer.identity?.prompt) {
    await model.status.refresh();
    const after = await (await later.dialogs()).showSignInCode(face);
    if (!after || after.error) {
      await guarded(failed, trans, async () => {
        await model.api.signOut(true);
      });
    }
    if (after?.error) {
      notifyError(new ApiError(after.error, 0), failed, trans);
    }
  }
  await model.refresh();
}

/** Sign out, or leave a sign-in that waits. */
export async function signOut({ model, trans }: IFace): Promise<void> {
  const identity = model.status.value?.compute.identity;
  const onlyWaiting = identity?.state === 'signing_in' || Boolean(identity?.prompt);
  await guarded(trans.__('You were not signed out.'), trans, async () => {
    await model.api.signOut(onlyWaiting);
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
