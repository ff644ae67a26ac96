import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Stream } from '@lumino/signaling';
import type { Api } from '../api';
import { Model } from '../model/model';
import { type ISettings, UserSettings } from '../model/settings';
import { Preferences } from '../model/preferences';
import { followInstance, tellOfJob } from '../notices';
import { warnOfStop } from '../stopwarning';
import type { IFace } from '../ui/context';
import { instance, instanceList, job } from './answers';
import schema from '../../schema/panel.json';

// The real notifications without all the rest of that package, which takes a minute to compile.
jest.mock('@jupyterlab/apputils', () =>
  jest.requireActual<object>('@jupyterlab/apputils/lib/notification')
);

/** A face whose model was read from nowhere. */
function face(settings: Partial<ISettings>): IFace {
  const user = new UserSettings();
  user.take(settings);
  return {
    model: new Model({ api: {} as Api, events: new Stream({}) as never }),
    trans: nullTranslator.load('jupyter_ci_manager'),
    commands: new CommandRegistry(),
    preferences: new Preferences(null),
    settings: user
  };
}

const told = () => Notification.manager.notifications.map(each => each.message);

beforeEach(() => Notification.dismiss());

it('has the defaults that its schema names', () => {
  const properties: Record<string, { default: unknown }> = schema.properties;
  const defaults = Object.entries(properties).map(([key, each]) => [key, each.default]);
  expect(new UserSettings().value).toEqual(Object.fromEntries(defaults));
});

describe('warnMinutes', () => {
  let count = 0;

  /** What is told when an instance stops by itself in so many minutes. */
  const warned = (minutes: number, settings: Partial<ISettings>) => {
    const here = instance({
      name: `here-${count++}`,
      is_this_machine: true,
      idle_shutdown_minutes: null,
      next_stop: new Date(Date.now() + minutes * 60_000).toISOString(),
      next_stop_reason: 'Schedule'
    });
    warnOfStop(face(settings), here);
    return told().length;
  };

  it('is how long before it is told, and never with 0', () => {
    expect(warned(45, {})).toBe(0);
    expect(warned(45, { warnMinutes: 0 })).toBe(0);
    expect(warned(1, { warnMinutes: 0 })).toBe(0);
    expect(warned(45, { warnMinutes: 60 })).toBe(1);
    expect(warned(20, {})).toBe(2);
    expect(told()[0]).toContain('stops in');
  });
});

describe('notifications', () => {
  const ends = (notifications: ISettings['notifications']) => {
    const here = face({ notifications });
    tellOfJob(here, job({ title: 'good', state: 'succeeded', ended: 2 }));
    tellOfJob(here, job({ title: 'bad', target: 'other', state: 'failed', ended: 2 }));
    followInstance(here, instance({ name: 'ds', state: 'Starting' }), 'start');
    return told().map(each => each.split(/[ :]/)[0]);
  };

  it('tells of everything, of problems, or of nothing', () => {
    expect(ends('all').sort()).toEqual(['bad', 'good']);
    Notification.dismiss();
    expect(ends('problems')).toEqual(['bad']);
    Notification.dismiss();
    expect(ends('none')).toEqual([]);
  });

  it('tells once of a failure and of its new try', () => {
    const here = face({ notifications: 'all' });
    Notification.dismiss();
    tellOfJob(here, job({ id: 'one', title: 'first', state: 'failed', ended: 2 }));
    tellOfJob(here, job({ id: 'two', title: 'second', state: 'failed', ended: 3 }));
    expect(told().map(each => each.split(/[ :]/)[0])).toEqual(['second']);
    expect(Notification.manager.notifications[0].options.autoClose).toBeGreaterThan(0);
    Notification.dismiss();
  });
});

it('goes on reading what is followed, whatever is shown, until it has ended', () => {
  const { model, ...rest } = face({});
  const begun = instance({ name: 'ds', state: 'Starting' });
  model.instances.set(instanceList(begun));
  followInstance({ model, ...rest }, begun, 'start');
  expect(model.isWatched).toBe(true);
  model.instances.set(instanceList(instance({ name: 'ds', state: 'Running' })));
  expect(model.isWatched).toBe(false);
  expect(told()).toContain('ds is running.');
  model.dispose();
});
