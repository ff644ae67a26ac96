import { reconcile, Resource } from '../model/resource';
import { deferred } from './answers';

describe('Resource', () => {
  it('shares one further read among all who ask while one is under way', async () => {
    const reads = [deferred<number>(), deferred<number>(), deferred<number>()];
    let count = 0;
    const resource = new Resource(() => reads[count++].promise);
    const first = resource.refresh();
    const second = resource.refresh();
    const third = resource.refresh();
    expect(count).toBe(1);
    reads[0].resolve(1);
    await first;
    reads[1].resolve(2);
    await Promise.all([second, third]);
    expect(count).toBe(2);
    expect(resource.value).toBe(2);
    expect(resource.state.loading).toBe(false);
  });

  it('keeps the last good value beside an error', async () => {
    let fail = false;
    const resource = new Resource(async () => {
      if (fail) {
        throw new Error('no');
      }
      return 'good';
    });
    await resource.refresh();
    fail = true;
    await resource.refresh();
    expect(resource.state.value).toBe('good');
    expect(resource.state.error?.message).toBe('no');
    fail = false;
    await resource.refresh();
    expect(resource.state.error).toBeNull();
  });

  it('drops an answer to what was asked before it was cleared', async () => {
    const read = deferred<string>();
    const resource = new Resource(() => read.promise);
    const running = resource.refresh();
    resource.clear();
    read.resolve('of the old workspace');
    await running;
    expect(resource.value).toBeNull();
  });

  it('says nothing when nothing changed', async () => {
    const resource = new Resource(async () => ({ a: [1, 2] }));
    await resource.refresh();
    const values: unknown[] = [];
    resource.changed.connect((_, state) => values.push(state.value));
    const before = resource.value;
    await resource.refresh();
    expect(values.every(value => value === before)).toBe(true);
  });
});

describe('reconcile', () => {
  const key = (item: { name: string }) => item.name;

  it('keeps the objects that did not change', () => {
    const before = [
      { name: 'a', state: 'Running' },
      { name: 'b', state: 'Stopped' }
    ];
    const after = [
      { name: 'a', state: 'Running' },
      { name: 'b', state: 'Starting' }
    ];
    const merged = reconcile(before, after, key);
    expect(merged[0]).toBe(before[0]);
    expect(merged[1]).toBe(after[1]);
    expect(reconcile(before, [{ ...before[0] }, { ...before[1] }], key)).toBe(before);
  });
});
