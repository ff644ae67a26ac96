/**
 * A laboratory for tests: JupyterLab with an emulated workspace, in a folder of its own.
 */
import { test as base } from '@playwright/test';
import { type ChildProcess, execFile, spawn } from 'child_process';
import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { Sidebar } from './sidebar';

const ROOT = path.resolve(__dirname, '../..');
const PYTHON = process.env.PYTHON ?? path.join(ROOT, '.venv/bin/python');
const CHANNEL = process.env.CHANNEL ?? path.join(ROOT, '.cache/channel');

/** How many times faster than Azure's the emulator's operations are. */
const SPEED = 30;

/** What the laboratory says of itself once it is up. */
interface IReady {
  url: string;
  token: string;
  emulator: { url: string; https_url: string; control_key: string };
  envs_dir: string;
  /** The environment variables of its Jupyter that are other than ours. */
  environment: Record<string, string>;
  home: string;
  jupyter_starts: number;
  notebooks: string;
}

/** The people of the emulator's sample, by their first names. */
export type Person = 'anna' | 'boris' | 'chloe' | 'diego' | 'emma' | 'farid';

/** The themes that JupyterLab brings. */
export type Theme = 'JupyterLab Light' | 'JupyterLab Dark' | 'JupyterLab Dark High Contrast';

const THEMES = '@jupyterlab/apputils-extension:themes';

/** A running laboratory. */
export class Lab {
  constructor(
    readonly home: string,
    readonly process: ChildProcess,
    readonly ready: IReady
  ) {}

  /** Ask the emulator's control API: what a test needs to be so before it begins. */
  async control(verb: string, path: string, body?: unknown): Promise<unknown> {
    const { url, control_key } = this.ready.emulator;
    const answer = await fetch(`${url}/emulator/${path}`, {
      method: verb,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'X-Emulator-Key': control_key }
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${verb} ${path}: ${answer.status} ${text}`);
    }
    return text === '' ? null : JSON.parse(text);
  }

  /**
   * Put an instance into a state behind everybody's back, and have the server look at it: a list
   * that is under way, or that was read just now, may still be of before.
   */
  async given(name: string, state: 'Running' | 'Stopped'): Promise<void> {
    await this.control('PATCH', `computes/${name}`, { state });
    await this.ask('GET', `instances/${name}`);
  }

  /**
   * Let operations take as long as in Azure meanwhile: what is on its way can be looked at however
   * busy the machine is. What has begun goes on at this laboratory's speed afterwards.
   */
  async inRealTime(look: () => Promise<void>): Promise<void> {
    await this.control('POST', 'clock', { speed: 1 });
    try {
      await look();
    } finally {
      await this.control('POST', 'clock', { speed: SPEED });
    }
  }

  /** Act as somebody from now on; without a name as who acts at the beginning, an owner. */
  async actAs(person?: Person): Promise<void> {
    if (person) {
      await this.control('PATCH', 'settings', {
        managed_identity_user: `${person}@contoso.example`
      });
    }
    const answer = await this.ask('POST', 'sign-in', {
      method: person ? 'managed_identity' : 'auto'
    });
    if (answer.status !== 200) {
      throw new Error(JSON.stringify(answer.body));
    }
  }

  /**
   * Restart JupyterLab alone; `place` holds the environment variables that it gets besides, and
   * `null` for those that are taken away.
   */
  async restart(place: Record<string, string | null> = {}): Promise<void> {
    fs.writeFileSync(path.join(this.home, 'place.json'), JSON.stringify(place));
    const readyFile = path.join(this.home, 'ready.json');
    const starts = () => (JSON.parse(fs.readFileSync(readyFile, 'utf8')) as IReady).jupyter_starts;
    const before = starts();
    this.process.kill('SIGHUP');
    const until = Date.now() + 60_000;
    while (starts() === before) {
      if (Date.now() > until || this.process.exitCode !== null) {
        throw new Error(fs.readFileSync(path.join(this.home, 'lab.log'), 'utf8'));
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  /** Address of a page or of the API, with the token that signs in. */
  url(rest = 'lab'): string {
    const url = new URL(rest, this.ready.url);
    url.searchParams.set('token', this.ready.token);
    return url.href;
  }

  /** Ask the API as any client would. */
  async ask(verb: string, rest: string, body?: unknown): Promise<{ status: number; body: never }> {
    const response = await fetch(this.url(`jupyter-ci-manager/${rest}`), {
      method: verb,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { Authorization: `token ${this.ready.token}` }
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : null) as never
    };
  }

  /** Run `jupyter ci` as a terminal of this lab would: a process of its own. */
  async run(...args: string[]): Promise<void> {
    await promisify(execFile)(PYTHON, ['-m', 'jupyter_ci_manager.cli', ...args], {
      cwd: this.ready.notebooks,
      env: { ...process.env, ...this.ready.environment }
    });
  }

  /** Change one of JupyterLab's settings. */
  async configure(plugin: string, settings: unknown): Promise<void> {
    await fetch(this.url(`lab/api/settings/${plugin}`), {
      method: 'PUT',
      body: JSON.stringify({ raw: JSON.stringify(settings) }),
      headers: { Authorization: `token ${this.ready.token}` }
    });
  }

  async theme(name: Theme): Promise<void> {
    await this.configure(THEMES, { theme: name });
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

/** A port that is free and not among those that others try first. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Start a laboratory; `args` as `python -m tests.lab` takes them. */
export async function startLab(...args: string[]): Promise<Lab> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-manager-ui-'));
  const readyFile = path.join(home, 'ready.json');
  const log = fs.openSync(path.join(home, 'lab.log'), 'a');
  const argv = ['-m', 'tests.lab', '--home', home, '--channel', CHANNEL];
  argv.push(
    '--ready-file',
    readyFile,
    '--speed',
    String(SPEED),
    '--port',
    String(await freePort()),
    ...args
  );
  const child = spawn(PYTHON, argv, { cwd: ROOT, stdio: ['ignore', log, log] });
  const until = Date.now() + 90_000;
  while (!fs.existsSync(readyFile) || fs.readFileSync(readyFile, 'utf8') === '') {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGTERM');
      throw new Error(fs.readFileSync(path.join(home, 'lab.log'), 'utf8'));
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const lab = new Lab(home, child, JSON.parse(fs.readFileSync(readyFile, 'utf8')) as IReady);
  await lab.configure('@jupyterlab/apputils-extension:notification', {
    fetchNews: 'false'
  });
  return lab;
}

/** `test` with a laboratory per worker and the opened sidebar of a fresh page. */
export const test = base.extend<{ sidebar: Sidebar }, { lab: Lab }>({
  lab: [
    // Playwright reads the fixture's parameters from this pattern.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const lab = await startLab();
      await use(lab);
      await lab.stop();
    },
    { scope: 'worker', timeout: 120_000 }
  ],
  sidebar: async ({ page, lab }, use) => {
    const sidebar = new Sidebar(page, lab);
    await sidebar.open();
    await use(sidebar);
  }
});

export { expect } from '@playwright/test';
