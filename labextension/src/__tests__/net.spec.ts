import { Net } from '../model/net';

describe('the net under the events', () => {
  let facts: { busy: boolean; offline: boolean };
  let reads: string[];
  let net: Net;

  beforeEach(() => {
    jest.useFakeTimers();
    facts = { busy: false, offline: false };
    reads = [];
    net = new Net({
      readAll: async () => void reads.push('all'),
      readStatus: async () => void reads.push('status'),
      isBusy: () => facts.busy,
      isOffline: () => facts.offline
    });
  });

  afterEach(() => {
    net.dispose();
    jest.useRealTimers();
  });

  const pass = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);

  it('reads at once, then once a minute, and nothing when nobody looks', async () => {
    net.start();
    expect(reads).toEqual(['all']);
    await pass(1);
    expect(reads).toEqual(['all']);
    await pass(60);
    expect(reads).toEqual(['all', 'all']);
    net.stop();
    await pass(600);
    expect(reads).toHaveLength(2);
  });

  it('asks every few seconds for the server while something is in transition', async () => {
    net.start();
    await pass(1);
    facts.busy = true;
    net.look();
    await pass(11);
    expect(reads).toEqual(['all', 'status', 'status']);
    facts.busy = false;
    await pass(6);
    const then = reads.length;
    await pass(40);
    expect(reads).toHaveLength(then);
  });

  it('tries again soon when the server did not answer, and ever more slowly', async () => {
    net.start();
    await pass(1);
    facts.offline = true;
    net.look();
    await pass(7.5);
    expect(reads).toEqual(['all', 'all', 'all', 'all']); // after 1, 2 and 4 seconds
    await pass(600);
    expect(reads.length).toBeLessThan(30);
    facts.offline = false;
    await pass(31);
    const then = reads.length;
    await pass(50);
    expect(reads).toHaveLength(then);
  });

  it('takes another pause in quiet times', async () => {
    net.start();
    await pass(1);
    net.quiet = 10;
    await pass(21);
    expect(reads).toEqual(['all', 'all', 'all']);
  });
});
