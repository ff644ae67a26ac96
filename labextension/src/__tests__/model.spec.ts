import { Signal } from '@lumino/signaling';
import { Model } from '../model/model';
import { INSTANCE_EVENT, JOB_EVENT } from '../types.gen';
import type { InstanceList, Job } from '../wire';
import { instance, instanceList, job } from './answers';
import { Server, until } from './server';

describe('Model', () => {
  let server: Server;
  let model: Model;

  beforeEach(() => {
    server = new Server();
    model = new Model({ api: server.api, events: server.events });
  });

  afterEach(() => {
    model.dispose();
    Signal.clearData(server);
  });

  it('does not list instances without a workspace', async () => {
    server.status.compute.workspace = null;
    await model.refresh();
    expect(server.count('instances')).toBe(0);
    expect(server.count('environments')).toBe(1);
  });

  it('reads again on a hint, once for many', async () => {
    await model.refresh();
    server.list = instanceList(instance({ name: 'ds-anna', state: 'Stopped' }));
    for (let i = 0; i < 20; i++) {
      server.emit(INSTANCE_EVENT, 'changed');
    }
    await until(() => model.instance('ds-anna')?.state === 'Stopped');
    expect(server.count('instances')).toBeLessThanOrEqual(3);
  });

  it('never takes an event for the truth', async () => {
    await model.refresh();
    server.emit(INSTANCE_EVENT, 'removed');
    await until(() => server.count('instances') === 2);
    expect(model.instance('ds-anna')?.state).toBe('Running');
  });

  it('tells once of a job that ended, even when its event was missed', async () => {
    const told: string[] = [];
    let refreshed = 0;
    model.jobEnded.connect((_, ended) => told.push(ended.state));
    model.kernelsChanged.connect(() => refreshed++);
    server.jobs = [job()];
    await model.refresh();
    server.jobs = [job({ state: 'succeeded', ended: 2 })];
    await model.refresh();
    await model.refresh();
    expect(told).toEqual(['succeeded']);
    expect(refreshed).toBe(1);
  });

  it('does not tell of jobs that had ended before', async () => {
    const told: Job[] = [];
    model.jobEnded.connect((_, ended) => told.push(ended));
    server.jobs = [job({ state: 'failed', ended: 2 })];
    await model.refresh();
    await model.refresh();
    expect(told).toEqual([]);
  });

  it('refreshes kernel specs when another process says that a job ended', async () => {
    let refreshed = 0;
    await model.refresh();
    model.kernelsChanged.connect(() => refreshed++);
    server.emit(JOB_EVENT, 'ended');
    expect(refreshed).toBe(1);
    await until(() => server.count('environments') === 2);
  });

  it('reads everything when the server is another one', async () => {
    await model.refresh();
    server.status.server_id = 'server-2';
    server.list = instanceList();
    server.emit(INSTANCE_EVENT, 'changed');
    await until(() => model.instances.value?.instances.length === 0);
    await until(() => model.status.value?.server_id === 'server-2');
  });

  it('looks at everything that is under way until the events of a new server arrive', async () => {
    jest.useFakeTimers();
    try {
      const pass = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);
      const jobs = () => server.count('jobs');
      server.jobs = [job({ state: 'running', ended: null })];
      const watch = model.watch();
      await pass(1);
      server.emit(JOB_EVENT, 'changed');
      await pass(1);
      const heard = jobs();
      await pass(20);
      expect(jobs()).toBe(heard);

      server.status = { ...server.status, server_id: 'server-2' };
      await pass(6);
      const restarted = jobs();
      expect(restarted).toBeGreaterThan(heard);
      await pass(11);
      expect(jobs()).toBe(restarted + 2);
      watch.dispose();
    } finally {
      jest.useRealTimers();
    }
  });

  it('looks more often for a while when the server was restarted in quiet times', async () => {
    jest.useFakeTimers();
    try {
      const pass = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);
      const watch = model.watch();
      await pass(1);
      server.emit(INSTANCE_EVENT, 'changed');
      await pass(60);
      server.status = { ...server.status, server_id: 'server-2' };
      await pass(60);
      expect(model.status.value?.server_id).toBe('server-2');
      const noticed = server.count('instances');
      await pass(11);
      expect(server.count('instances')).toBe(noticed + 2);
      server.emit(INSTANCE_EVENT, 'changed');
      await pass(1);
      const heard = server.count('instances');
      await pass(20);
      expect(server.count('instances')).toBe(heard);
      watch.dispose();
    } finally {
      jest.useRealTimers();
    }
  });

  it('reads everything when events were missed', async () => {
    await model.refresh();
    server.emit(INSTANCE_EVENT, 'changed');
    await until(() => server.count('instances') === 2);
    expect(server.count('environments')).toBe(1);
    server.emit(INSTANCE_EVENT, 'changed', { revision: 7 });
    await until(() => server.count('environments') === 2);
  });

  it('shows nothing of somebody else’s when another tab changed who acts', async () => {
    await model.refresh();
    const seen: (InstanceList | null)[] = [];
    model.instances.changed.connect((_, state) => seen.push(state.value));
    server.status.compute.identity.object_id = 'boris';
    server.list = instanceList(instance({ name: 'ds-boris' }));
    server.emit(INSTANCE_EVENT, 'changed', { name: '' });
    await until(() => model.instance('ds-boris') !== undefined);
    expect(seen[0]).toBeNull();
    expect(server.count('permissions')).toBe(2);
  });

  it('reads nothing from a server of another version, and says so once', async () => {
    server.status.version = '99.1.0';
    await model.refresh();
    expect(model.status.state.error?.code).toBe('version_mismatch');
    expect(server.asked).toEqual(['status']);
  });

  it('asks Azure nothing while nobody is signed in', async () => {
    server.status.compute.identity.state = 'signed_out';
    await model.refresh();
    expect(server.count('instances')).toBe(0);
    expect(server.count('environments')).toBe(1);
  });

  it('shows an answer at once and reads what it changed', async () => {
    await model.refresh();
    model.take(instance({ name: 'new', state: 'Creating' }));
    expect(model.instance('new')?.state).toBe('Creating');
    expect(model.instance('ds-anna')).toBeDefined();
    await until(() => server.count('instances') === 2);
  });

  it('forgets the old workspace and asks afresh for the new one', async () => {
    await model.refresh();
    const seen: (InstanceList | null)[] = [];
    model.instances.changed.connect((_, state) => seen.push(state.value));
    server.list = instanceList(instance({ name: 'other' }));
    await model.selectWorkspace({
      subscription_id: 's',
      resource_group: 'g',
      name: 'second',
      location: null,
      tenant_id: null,
      friendly_name: null,
      managed_network: null
    });
    expect(seen[0]).toBeNull();
    expect(server.count('instances!')).toBe(1);
    expect(model.instance('other')).toBeDefined();
  });

  it('stops listening when it is disposed', async () => {
    model.dispose();
    server.emit(JOB_EVENT, 'ended');
    await Promise.resolve();
    expect(server.asked).toEqual([]);
  });
});
