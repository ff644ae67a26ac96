import type { Event } from '@jupyterlab/services';
import { Stream } from '@lumino/signaling';
import type { Api } from '../api';
import type { InstanceList, Job, Status } from '../wire';
import { instance, instanceList, status } from './answers';

/** A server in a few lines: what it would answer now, and how often it was asked. */
export class Server {
  status: Status = status();
  list: InstanceList = instanceList(instance({ name: 'ds-anna' }));
  jobs: Job[] = [];
  asked: string[] = [];
  revision = 0;
  /** What the list of instances waits for. */
  azure: Promise<void> | null = null;

  readonly api = {
    status: () => this._answer('status', this.status),
    instances: (force: boolean) => this._answer(force ? 'instances!' : 'instances', this.list),
    usages: () => this._answer('usages', []),
    permissions: () => this._answer('permissions', []),
    sizes: () => this._answer('sizes', []),
    workspaces: () => this._answer('workspaces', { workspaces: [], selected: null }),
    environments: () => this._answer('environments', []),
    kernels: () => this._answer('kernels', []),
    jobs: () => this._answer('jobs', this.jobs),
    selectWorkspace: () => this._answer('select', this.status.compute)
  } as unknown as Api;

  readonly events = new Stream<unknown, Event.Emission>({}) as unknown as Event.Stream;

  emit(schema_id: string, kind: string, change: { name?: string; revision?: number } = {}): void {
    const { server_id } = this.status;
    this.revision = change.revision ?? this.revision + 1;
    const event = { schema_id, kind, name: 'x', server_id, ...change, revision: this.revision };
    (this.events as unknown as Stream<unknown, Event.Emission>).emit(event as Event.Emission);
  }

  count(what: string): number {
    return this.asked.filter(each => each === what).length;
  }

  private async _answer<T>(what: string, value: T): Promise<T> {
    this.asked.push(what);
    if (what === 'instances' && this.azure) {
      await this.azure;
    }
    return JSON.parse(JSON.stringify(value)) as T;
  }
}

/** Wait until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
