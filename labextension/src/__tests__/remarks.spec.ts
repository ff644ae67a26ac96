import { nullTranslator } from '@jupyterlab/translation';
import { hasRemark, remarkOf } from '../model/remarks';
import type { ComputeInstance } from '../wire';
import { instance } from './answers';

const trans = nullTranslator.load('jupyter_ci_manager');
const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('the remark on an instance', () => {
  const said = (change: Partial<ComputeInstance>) => {
    const one = instance({ name: 'ci', ...change });
    const remark = remarkOf(one, NOW, trans);
    // The height of the row is known before its words are.
    expect(hasRemark(one)).toBe(remark !== null);
    return remark && [remark.kind, remark.text];
  };

  it('says how it stops by itself where all is well, also when that cannot be told in advance', () => {
    expect(said({})).toEqual(['info', 'Stops after 1\u00a0h without use']);
    const postponed = { until: '2026-03-01T20:00:00Z', restores: '', stops: false };
    expect(said({ postponed })).toEqual(['info', expect.stringMatching(/^Not stopped before /)]);
    expect(said({ state: 'Stopped', idle_shutdown_minutes: null })).toBeNull();
  });

  it('warns of one that nothing will stop, whatever schedule is switched off', () => {
    const off = { action: 'stop', enabled: false } as ComputeInstance['schedules'][number];
    const bills = ['warning', 'No automatic stop: bills until stopped'];
    expect(said({ idle_shutdown_minutes: null })).toEqual(bills);
    expect(said({ idle_shutdown_minutes: null, schedules: [off] })).toEqual(bills);
    expect(
      said({ idle_shutdown_minutes: null, schedules: [{ ...off, enabled: true }] })
    ).toBeNull();
  });

  it('says when it will be stopped', () => {
    const next_stop = '2026-03-01T13:30:00Z';
    expect(said({ next_stop })).toEqual(['info', 'Stops by itself in 1\u00a0h\u00a030\u00a0min']);
  });

  it('does not call one ready that does not answer yet', () => {
    const open = { allowed: 'no', reason: '', code: 'warming_up' } as const;
    expect(said({ actions: { open: { ...open, needs_confirmation: false } } })).toEqual([
      'info',
      'Its Jupyter is not answering yet'
    ]);
  });

  it('gives the next step where one takes too long or its set-up failed', () => {
    const advice = 'It has been starting for 40 minutes: restart it, or delete it.';
    expect(said({ state: 'Starting', advice })).toEqual(['warning', advice]);
    expect(said({ state: 'SetupFailed', advice })).toEqual(['warning', advice]);
  });

  it('is the failure before anything else, explained where that is possible', () => {
    const error = { code: 'OutOfQuota', message: 'Raw.', explanation: 'The quota is used up.' };
    const errors = [error as ComputeInstance['errors'][number]];
    expect(said({ state: 'CreateFailed', errors })).toEqual(['error', 'The quota is used up.']);
  });
});
