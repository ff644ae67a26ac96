import { nullTranslator } from '@jupyterlab/translation';
import { bytes, duration, jobProgress, money, pricePerHour, shortSize } from '../model/format';
import { DEFAULT_VIEW } from '../model/preferences';
import { type InstanceLine, instanceLines } from '../model/view';
import { environmentLines } from '../model/environmentlines';
import type { Environment, Kernel } from '../wire';
import { instance, job } from './answers';

const trans = nullTranslator.load('jupyter_ci_manager');

const names = (lines: InstanceLine[]) =>
  lines.map(line => (line.kind === 'group' ? `[${line.group} ${line.count}]` : line.instance.name));

describe('instanceLines', () => {
  const all = [
    instance({ name: 'ci-10', state: 'Stopped', price_per_hour: 1 }),
    instance({ name: 'ci-9', state: 'Running', price_per_hour: 3, tags: { team: 'vision' } }),
    instance({ name: 'boris', state: 'Starting', is_mine: false, price_per_hour: null }),
    instance({ name: 'here', state: 'Running', is_this_machine: true, price_per_hour: 2 }),
    instance({ name: 'strange', state: 'Hibernating', is_mine: null })
  ];

  it('puts this machine first and numbers in their order', () => {
    const lines = instanceLines(all, DEFAULT_VIEW, '');
    expect(names(lines)).toEqual(['here', 'boris', 'ci-9', 'ci-10', 'strange']);
  });

  it('does not hide what may be mine', () => {
    const lines = instanceLines(all, { ...DEFAULT_VIEW, onlyMine: true }, '');
    expect(names(lines)).toEqual(['here', 'ci-9', 'ci-10', 'strange']);
  });

  it('wants every word somewhere', () => {
    expect(names(instanceLines(all, DEFAULT_VIEW, 'VISION running'))).toEqual(['ci-9']);
    expect(names(instanceLines(all, DEFAULT_VIEW, 'vision stopped'))).toEqual([]);
  });

  it('orders by the price that a line shows', () => {
    const lines = [
      instance({ name: 'never-made', state: 'CreateFailed', is_billed: false, price_per_hour: 3 }),
      instance({ name: 'off', state: 'Stopped', is_billed: false, price_per_hour: 2 }),
      instance({ name: 'on', state: 'Running', is_billed: true, price_per_hour: 1 })
    ];
    const ordered = instanceLines(lines, { ...DEFAULT_VIEW, sort: 'price' }, '');
    expect(names(ordered)).toEqual(['off', 'on', 'never-made']);
  });

  it('groups by state, a state it has never heard of included', () => {
    const lines = instanceLines(all, { ...DEFAULT_VIEW, grouped: true, sort: 'price' }, '');
    expect(names(lines)).toEqual([
      '[running 2]',
      'here',
      'ci-9',
      '[transition 1]',
      'boris',
      '[unknown 1]',
      'strange',
      '[stopped 1]',
      'ci-10'
    ]);
  });
});

describe('environmentLines', () => {
  it('gives each kernel to its environment and shows those without one', () => {
    const environment = (name: string, is_protected = false) =>
      ({ name, prefix: `/envs/${name}`, kernels: [], is_protected }) as unknown as Environment;
    const kernel = (name: string, prefix: string | null) =>
      ({ name, display_name: name, prefix, is_protected: false }) as unknown as Kernel;
    const lines = environmentLines(
      [environment('b'), environment('azureml_py36', true)],
      [kernel('kb', '/envs/b'), kernel('lonely', null)],
      ''
    );
    expect(lines.map(line => [line.environment?.name, line.kernels.map(k => k.name)])).toEqual([
      ['azureml_py36', []],
      ['b', ['kb']],
      [undefined, ['lonely']]
    ]);
  });
});

describe('format', () => {
  it('says spans of time in two units', () => {
    const said = [5, 65, 3 * 3600 + 12 * 60, 26 * 3600].map(each => duration(each, trans));
    expect(said).toEqual([
      '5\u00a0s',
      '1\u00a0min',
      '3\u00a0h\u00a012\u00a0min',
      '1\u00a0d\u00a02\u00a0h'
    ]);
    expect(duration(8 * 3600, trans)).toBe('8\u00a0h');
    expect(duration(-5, trans)).toBe('0\u00a0s');
  });

  it('says money with the digits it needs, and nothing where nothing is known', () => {
    expect([money(3.06), money(0.096), money(0)]).toEqual(['$3.06', '$0.096', '$0.00']);
    expect(pricePerHour(null, trans)).toBe('');
    expect(pricePerHour(0.27, trans)).toBe('$0.27/h');
  });

  it('says sizes and bytes as people do', () => {
    expect(shortSize('Standard_DS3_v2')).toBe('DS3 v2');
    expect(shortSize('STANDARD_DS3_V2')).toBe('DS3 v2');
    expect(shortSize(null)).toBe('');
    expect([bytes(0), bytes(155e6), bytes(2.04e9)]).toEqual(['0 B', '155 MB', '2.0 GB']);
  });

  it('says how far a job is in real numbers', () => {
    expect(jobProgress(job(), trans)).toBe('linking 31 of 50 packages');
    const download = { done: 5e6, total: null, unit: 'bytes' };
    expect(jobProgress(job({ phase: 'download', progress: download }), trans)).toBe(
      'downloading 5.0 MB'
    );
    expect(jobProgress(job({ phase: 'something-new', progress: null }), trans)).toBe(
      'something-new'
    );
  });
});
