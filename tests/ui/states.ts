/**
 * The states that a panel is in when not all is well, or nothing is there yet: how each comes about
 * with the real parts, and what it must say. The tests and the pictures go through the same list.
 */
import { expect, type Route } from '@playwright/test';
import type { Lab } from './lab';
import type { Sidebar } from './sidebar';

export interface IState {
  /** Also the name of its picture. */
  name: string;
  enter: (sidebar: Sidebar) => Promise<void>;
  says: (string | RegExp)[];
  leave: (sidebar: Sidebar) => Promise<void>;
}

const STATUS = /\/jupyter-ci-manager\/status/;
const OURS = /(?<!extensions)\/jupyter-ci-manager\//;
const LIST = { path: 'computes$', method: 'GET', count: 50 };

const refresh = (sidebar: Sidebar) =>
  sidebar.panel.getByRole('button', { name: 'Refresh everything' }).click();
const retry = (sidebar: Sidebar) =>
  sidebar.panel.getByRole('button', { name: 'Try again' }).first().click();

/** Read Azure's list through the API until its error is there, or gone. */
async function listUntil(lab: Lab, failed: boolean): Promise<void> {
  await expect(async () => {
    const { body } = await lab.ask('GET', 'instances?refresh=1');
    expect((body as { error: unknown }).error !== null).toBe(failed);
  }).toPass({ timeout: 30_000 });
}

/** Azure's lists go wrong until the state is left. */
const listsFail = (fault: object): Pick<IState, 'enter' | 'leave'> => ({
  enter: async ({ lab }) => {
    await lab.control('POST', 'faults/requests', { ...LIST, ...fault });
    await listUntil(lab, true);
  },
  leave: async ({ lab }) => {
    await lab.control('DELETE', 'faults');
    await listUntil(lab, false);
  }
});

/** What the server says to the page goes wrong until the state is left. */
const answersFail = (
  pattern: RegExp,
  answer: (route: Route) => Promise<void>,
  after: (sidebar: Sidebar) => Promise<void> = refresh
): Pick<IState, 'enter' | 'leave'> => ({
  enter: async sidebar => {
    await sidebar.page.route(pattern, answer);
    await after(sidebar);
  },
  leave: async sidebar => {
    await sidebar.page.unroute(pattern);
    await retry(sidebar);
  }
});

/** Look at another workspace from now on. */
export const chooseWorkspace = async (lab: Lab, name: string): Promise<void> => {
  const { body } = await lab.ask('GET', 'workspaces');
  const all = (body as { workspaces: { name: string }[] }).workspaces;
  await lab.ask(
    'PUT',
    'workspaces/selected',
    all.find(each => each.name === name)
  );
};

export const STATES: IState[] = [
  {
    name: 'signed-out',
    enter: async ({ lab }) => void (await lab.ask('DELETE', 'sign-in')),
    says: [
      'Not signed in',
      'You are not signed in to Azure',
      'Sign in…',
      'Environments and kernels'
    ],
    leave: ({ lab }) => lab.actAs()
  },
  {
    name: 'not-permitted',
    enter: ({ lab }) => lab.actAs('farid'),
    says: ['farid', 'You may not see the compute instances', 'computes/read', 'Ask an owner'],
    leave: ({ lab }) => lab.actAs()
  },
  {
    name: 'no-instance',
    enter: ({ lab }) => chooseWorkspace(lab, 'contoso-research'),
    says: [
      'contoso-research',
      'There is no compute instance yet',
      'Create instance…',
      'billed while'
    ],
    leave: ({ lab }) => chooseWorkspace(lab, 'contoso-ml')
  },
  {
    name: 'no-match',
    enter: sidebar => sidebar.filter('nothing is called so'),
    says: ['No instance matches', 'Show all', /0 of \d+ shown/],
    leave: async ({ panel }) => panel.getByRole('button', { name: 'Show all', exact: true }).click()
  },
  {
    name: 'throttled',
    ...listsFail({ kind: 'status', status: 429, code: 'TooManyRequests', retry_after: 6 }),
    says: ['Azure asks to wait a moment.', /asked again by itself in \d+\ss/, 'Shown as it was']
  },
  {
    name: 'broken-answer',
    ...listsFail({ kind: 'not-json' }),
    says: ['Shown as it was', 'Try again']
  },
  {
    name: 'azure-unreachable',
    ...listsFail({ kind: 'reset' }),
    says: ['Azure cannot be reached right now.', 'Shown as it was']
  },
  {
    name: 'offline',
    enter: async sidebar => {
      await sidebar.page.context().setOffline(true);
      await refresh(sidebar);
    },
    says: ['The Jupyter server does not answer.', 'Shown as it was'],
    leave: async sidebar => {
      await sidebar.page.context().setOffline(false);
    }
  },
  {
    name: 'no-server-extension',
    ...answersFail(OURS, route =>
      route.fulfill({ status: 404, json: { message: 'Not Found', reason: null } })
    ),
    says: ['jupyter server extension enable jupyter_ci_manager']
  },
  {
    name: 'other-version',
    ...answersFail(STATUS, async route => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), version: '99.1.0' } });
    }),
    says: ['do not fit together', 'server 99.1.0', 'Reload the page']
  }
];

/** Nothing was answered yet; `page` is loaded anew for it. */
export const LOADING: IState = {
  name: 'loading',
  ...answersFail(
    OURS,
    () => new Promise(() => undefined),
    sidebar => sidebar.reload()
  ),
  says: ['The Jupyter server takes long to answer…'],
  leave: async sidebar => {
    await sidebar.page.unrouteAll({ behavior: 'ignoreErrors' });
    await sidebar.reload();
  }
};

/** Where Jupyter has to be started otherwise: no workspace, no conda, no environment. */
export const NOTHING = (lab: Lab): Record<string, string | null> => ({
  CI_MANAGER_BACKEND: 'azure',
  CI_MANAGER_ENDPOINT: lab.ready.emulator.https_url,
  CI_MANAGER_CREDENTIAL: 'managed_identity',
  CI_MANAGER_ENGINE: 'conda',
  CI_MANAGER_CONDA_EXECUTABLE: '',
  CI_MANAGER_ENVS_DIR: `${lab.home}/nowhere`,
  JUPYTER_DATA_DIR: `${lab.home}/nothing`
});
