import { nullTranslator } from '@jupyterlab/translation';
import { priceNow } from '../model/billing';
import { shortSize, shortTime } from '../model/format';
import { rememberKeyFile, sshCommand } from '../model/sshkeys';
import { instance } from './answers';

const trans = nullTranslator.load('jupyter_ci_manager');

describe('what an instance costs in its state', () => {
  const now = (state: string, is_billed: boolean | null) =>
    priceNow(instance({ name: 'ci', state, is_billed, price_per_hour: 0.58 }), trans);

  it('is a price while it runs, and says so where the state does not look like it', () => {
    expect(now('Running', true)).toBe('$0.58/h');
    expect(now('SetupFailed', true)).toBe('bills $0.58/h');
    expect(now('CreateFailed', false)).toBe('not billed');
    expect(now('Stopped', false)).toBe('$0.58/h when it runs');
    expect(now('Starting', null)).toBe('$0.58/h');
  });
});

describe('the name of a size', () => {
  it('is spelled as Azure spells it where it is offered, however it was written', () => {
    const names = ['STANDARD_F2S_V2', 'Standard_F2s_v2', 'STANDARD_NC4AS_T4_V3', 'STANDARD_DS3_V2'];
    expect(names.map(shortSize)).toEqual(['F2s v2', 'F2s v2', 'NC4as T4 v3', 'DS3 v2']);
  });
});

describe('a moment', () => {
  it('has its day only where that is another', () => {
    const today = new Date(2026, 10, 25, 9, 0).getTime();
    expect(shortTime(new Date(2026, 10, 25, 20, 0).toISOString(), today)).not.toMatch(/Wed/);
    expect(shortTime(new Date(2026, 10, 26, 20, 0).toISOString(), today)).toMatch(/Thu/);
  });
});

describe('the line for SSH', () => {
  it('names the key that was saved with this browser', () => {
    const command = 'ssh -p 50000 azureuser@203.0.113.1';
    const ssh = { enabled: true, host: '203.0.113.1', port: 50000, user: 'azureuser', command };
    const one = instance({ name: 'novice-ci', ssh });
    expect(sshCommand(one)).toBe(command);
    rememberKeyFile('novice-ci', 'novice-ci.pem');
    expect(sshCommand(one)).toBe('ssh -i novice-ci.pem -p 50000 azureuser@203.0.113.1');
    expect(sshCommand(instance({ name: 'novice-ci' }))).toBeNull();
  });
});
