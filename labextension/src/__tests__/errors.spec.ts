import { nullTranslator } from '@jupyterlab/translation';
import { brief, doubtOf } from '../errors';

const trans = nullTranslator.load('');
const LONG =
  '“ds” is stopping: Another operation is running: There is already an active operation submitted ' +
  'on the compute ds: Stop. Wait until it has completed and try again.';

describe('an error in a notification', () => {
  it('is told whole where JupyterLab shows it whole', () => {
    const error = { code: 'name_taken', message: 'It is there.', hint: 'Take another.' };
    expect(brief(error, 'Not made.', trans)).toBe('Not made. It is there. Take another.');
  });

  it('is told by its code where it would be cut off', () => {
    const error = { code: 'operation_running', message: LONG, hint: 'Wait until it has ended.' };
    expect(brief(error, 'ds was not deleted.', trans)).toBe(
      'ds was not deleted. Another operation is still running. Wait until it has ended.'
    );
  });

  it('keeps its own words where its code says nothing', () => {
    const error = { code: 'surprise', message: LONG, hint: '' };
    expect(brief(error, 'ds was not deleted.', trans)).toContain('is stopping');
  });
});

test('what may be refused says so beforehand, and can be tried', () => {
  const reason = 'It is stopping; Azure may refuse until that has ended.';
  const verdict = { reason, code: '', needs_confirmation: false };
  expect(doubtOf({ ...verdict, allowed: 'unknown' })).toBe(reason);
  expect(doubtOf({ ...verdict, allowed: 'yes' })).toBe('');
});
