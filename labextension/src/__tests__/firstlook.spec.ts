import { Model } from '../model/model';
import { INSTANCE_EVENT, JOB_EVENT } from '../types.gen';
import { deferred, instance, instanceList } from './answers';
import { Server, until } from './server';

describe('the first look on a page', () => {
  let server: Server;
  let model: Model;

  beforeEach(() => {
    server = new Server();
    model = new Model({ api: server.api, events: server.events });
  });

  afterEach(() => model.dispose());

  it('asks nothing until somebody looks', async () => {
    await Promise.resolve();
    expect(server.asked).toEqual([]);
    const watch = model.watch();
    await until(() => model.jobs.value !== null);
    expect(server.count('instances')).toBe(1);
    watch.dispose();
    expect(model.isWatched).toBe(false);
  });

  it('asks for the list at once when somebody looks, and for the rest when it is there', async () => {
    await model.status.ensure();
    const list = deferred<void>();
    server.azure = list.promise;
    const watch = model.watch();
    expect(server.asked).toEqual(['status', 'instances']);
    list.resolve();
    await until(() => model.jobs.value !== null && model.permissions.value !== null);
    const rest = ['environments', 'jobs', 'kernels', 'permissions', 'status', 'usages'];
    expect(server.asked.slice(2).sort()).toEqual(rest);
    watch.dispose();
  });

  it('shows what this machine knows while Azure takes its time', async () => {
    await model.status.ensure();
    server.azure = new Promise(() => undefined);
    const watch = model.watch();
    await until(() => model.environments.value !== null);
    expect(model.instances.state.loading).toBe(true);
    watch.dispose();
  });

  it('forgets the first list when the server says that somebody else acts meanwhile', async () => {
    await model.status.ensure();
    server.status.compute.identity.object_id = 'boris';
    server.list = instanceList(instance({ name: 'ds-boris' }));
    await model.refresh();
    await until(() => server.count('instances') === 2 && model.instances.value !== null);
    expect(model.instance('ds-boris')).toBeDefined();
  });

  it('is what makes events be followed: before it nothing is there that could be old', async () => {
    jest.useFakeTimers();
    try {
      let refreshed = 0;
      model.kernelsChanged.connect(() => refreshed++);
      await model.status.ensure();
      server.emit(INSTANCE_EVENT, 'changed', { name: '' });
      server.emit(INSTANCE_EVENT, 'changed');
      server.emit(JOB_EVENT, 'ended');
      await jest.advanceTimersByTimeAsync(1000);
      await model.catchUp();
      expect(server.asked).toEqual(['status']);
      // Kernels are for the launcher, too, which JupyterLab reads.
      expect(refreshed).toBe(1);

      await model.refresh();
      server.emit(INSTANCE_EVENT, 'changed');
      await jest.advanceTimersByTimeAsync(1000);
      expect(server.count('instances')).toBe(2);
    } finally {
      jest.useRealTimers();
    }
  });
});
