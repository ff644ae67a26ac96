import type { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { Api } from '../api';
import { Model } from '../model/model';
import { addRunningInstances } from '../sections/runninginstances';
import type { IFace } from '../ui/context';
import { instance, instanceList } from './answers';

describe('what runs, for JupyterLab’s own panel', () => {
  it('is listed when the panel asks for it, not while it is added, and told of when it is read', () => {
    const model = new Model({ api: {} as Api });
    const face = {
      model,
      trans: nullTranslator.load('jupyter_ci_manager'),
      commands: new CommandRegistry()
    } as unknown as IFace;
    const drawn: unknown[][] = [];
    // As JupyterLab's panel does: it draws at once, whether or not anybody sees it.
    const add = (manager: IRunningSessions.IManager) => {
      const draw = () => drawn.push(manager.running({ mode: 'list' }).map(each => each.label()));
      draw();
      manager.runningChanged.connect(draw);
    };
    const stopped = instance({ name: 'b', state: 'Stopped' });
    model.instances.set(instanceList(instance({ name: 'a' }), stopped));
    addRunningInstances(face, { add } as unknown as IRunningSessionManagers, false);
    expect(drawn).toEqual([[], ['a']]);

    model.instances.set(instanceList(instance({ name: 'a' }), instance({ name: 'b' })));
    expect(drawn.slice(2)).toEqual([['a', 'b']]);

    drawn.length = 0;
    addRunningInstances(face, { add } as unknown as IRunningSessionManagers, true);
    expect(drawn[0]).toEqual(['a', 'b']);
    model.dispose();
  });
});
