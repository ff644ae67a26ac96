import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Session } from '@jupyterlab/services';
import { CommandIDs } from '../commands/ids';
import { describe, textOf } from '../commands/schema';
import { asked, later, sometime } from '../later';
import { hasEnded } from '../model/states';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';
import type { Job } from '../wire';

const MOVES = [
  'jupyter_ci_manager.kernels.renaming:rename_environment',
  'jupyter_ci_manager.kernels.removal:remove_environment'
];

/** What ran before a job began to take an environment from its place. */
interface IFollowed {
  sessions: Session.IModel[];
}

function isMove(job: Job): boolean {
  return MOVES.includes(job.task) && !hasEnded(job);
}

/** Kernels of environments for notebooks, and a way out when a notebook's kernel is not there. */
export const notebook: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:notebook',
  description: 'Offers the nearest kernel when a notebook’s own is missing, and a quick change.',
  autoStart: true,
  requires: [ICIManager],
  optional: [INotebookTracker],
  activate: (app: JupyterFrontEnd, face: IFace, tracker: INotebookTracker | null): void => {
    const { trans } = face;
    const { kernelspecs } = app.serviceManager;

    app.commands.addCommand(CommandIDs.changeKernel, {
      label: trans.__('Change to Kernel of Environment…'),
      describedBy: describe({ kernel: trans.__('Name of the kernel') }),
      isEnabled: () => Boolean(tracker?.currentWidget),
      execute: async args => {
        const panel = tracker?.currentWidget;
        if (!panel) {
          return;
        }
        const name =
          textOf(args, 'kernel') || (await (await asked(later.kernelChoice())).pickKernel(face));
        if (name) {
          await kernelspecs.refreshSpecs();
          await panel.sessionContext.changeKernel({ name });
        }
      }
    });

    let followed: IFollowed | null = null;
    face.model.jobs.changed.connect(() => {
      if (!followed && face.model.jobs.value?.some(isMove)) {
        followed = { sessions: [...app.serviceManager.sessions.running()] };
      }
    });
    face.model.jobEnded.connect((_, job) => {
      if (followed && MOVES.includes(job.task)) {
        const { sessions } = followed;
        followed = null;
        void sometime(face.model, later.kernelChoice).then(work =>
          work.followMove(app, face, job, sessions)
        );
      }
    });

    tracker?.widgetAdded.connect((_, panel) => {
      void Promise.all([panel.context.ready, kernelspecs.ready]).then(async () => {
        const wanted = panel.model?.getMetadata('kernelspec') as { name: string } | undefined;
        if (wanted?.name && !kernelspecs.specs?.kernelspecs[wanted.name]) {
          const work = await sometime(face.model, later.kernelChoice);
          await work.offerNearest(app, face, panel, wanted);
        }
      });
    });
  }
};
