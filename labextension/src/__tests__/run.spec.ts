import { CommandRegistry } from '@lumino/commands';
import { runnerOf } from '../commands/run';

describe('what runs commands for buttons', () => {
  it('does not begin again what still works or asks', async () => {
    const commands = new CommandRegistry();
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    commands.addCommand('stop', {
      describedBy: { args: {} },
      execute: args => {
        asked.push(String(args['name']));
        return new Promise<void>(resolve => answers.push(resolve));
      }
    });
    const run = runnerOf(commands);
    run('stop', { name: 'a' });
    run('stop', { name: 'a' });
    runnerOf(commands)('stop', { name: 'a' });
    run('stop', { name: 'b' });
    expect(asked).toEqual(['a', 'b']);
    answers[0]();
    await new Promise(resolve => setTimeout(resolve));
    run('stop', { name: 'a' });
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('can begin again what failed, and knows what was switched off', async () => {
    const commands = new CommandRegistry();
    let tries = 0;
    commands.addCommand('fails', {
      describedBy: { args: {} },
      execute: () => Promise.reject(new Error(`${++tries}`))
    });
    const run = runnerOf(commands);
    run('fails');
    await new Promise(resolve => setTimeout(resolve));
    run('fails');
    expect(tries).toBe(2);
    expect(run.has('fails')).toBe(true);
    expect(run.has('not-there')).toBe(false);
  });
});
