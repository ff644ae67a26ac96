import { InputDialog } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import type { INewKernelStart } from '../dialogs';
import { later } from '../later';
import { guarded } from '../notify';
import type { IFace } from '../ui/context';
import type { Job, Kernel, KernelRequest } from '../wire';
import { choose } from './choice';

/** The kernel of that name; asks where none is named. */
async function kernelOf(
  face: IFace,
  name: string,
  verb: string,
  spares = true
): Promise<Kernel | undefined> {
  const { model, trans } = face;
  await model.kernels.ensure();
  const all = model.kernels.value ?? [];
  if (name) {
    return all.find(each => each.name === name);
  }
  return choose(face, {
    title: trans.__('Choose a kernel'),
    verb,
    items: all,
    spares,
    none: trans.__('There is no kernel yet'),
    allProtected: trans.__('All kernels are protected. Make one of your own.')
  });
}

async function readAgain({ model }: IFace): Promise<void> {
  await model.refreshLocal();
  model.noticeKernels();
}

/** Ask what a new kernel shall be, and begin to make it. */
export async function makeKernel(face: IFace, start: INewKernelStart): Promise<void> {
  const { model } = face;
  if (!model.status.value) {
    await model.refresh();
  }
  const job = await (await later.dialogs()).newKernel(face, start);
  if (job) {
    model.takeJob(job);
  }
}

/** Begin with what a file says: an environment.yml or a lock file. */
export async function makeKernelFromFile(
  face: IFace,
  contents: Contents.IManager,
  path: string
): Promise<void> {
  let file = '';
  const read = await guarded(face.trans.__('%1 was not read.', path), face.trans, async () => {
    const model = await contents.get(path, { type: 'file', format: 'text', content: true });
    file = String(model.content ?? '');
  });
  if (read) {
    await makeKernel(face, { file });
  }
}

/** Remove a kernel, once the user has read what that means. */
export async function removeKernel(face: IFace, name: string): Promise<void> {
  const { model, trans } = face;
  const kernel = await kernelOf(face, name, trans.__('Remove'));
  if (kernel && (await (await later.dialogs()).confirmRemoveKernel(kernel, trans))) {
    await guarded(trans.__('%1 was not removed.', kernel.display_name), trans, () =>
      model.api.removeKernel(kernel.name)
    );
    await readAgain(face);
  }
}

/** Ask for another name to show, and give it to a kernel. */
export async function renameKernel(face: IFace, name: string): Promise<void> {
  const { model, trans } = face;
  const kernel = await kernelOf(face, name, trans.__('Rename'));
  if (!kernel) {
    return;
  }
  const answer = await InputDialog.getText({
    title: trans.__('Rename kernel %1', kernel.display_name),
    label: trans.__('Display name'),
    okLabel: trans.__('Rename'),
    text: kernel.display_name
  });
  const shown = answer.value?.trim();
  if (answer.button.accept && shown) {
    await guarded(trans.__('%1 was not renamed.', kernel.display_name), trans, async () => {
      await model.api.renameKernel(kernel.name, shown);
    });
    await readAgain(face);
  }
}

/** Repair a kernel, at once or as a job. */
export async function repairKernel(face: IFace, name: string): Promise<void> {
  const { model, trans } = face;
  const kernel = await kernelOf(face, name, trans.__('Repair'), false);
  if (kernel) {
    await guarded(trans.__('%1 was not repaired.', kernel.display_name), trans, async () => {
      const answer = await model.api.repairKernel(kernel.name);
      if ('task' in answer) {
        model.takeJob(answer);
      }
    });
    await readAgain(face);
  }
}

async function withJob(
  { model, trans }: IFace,
  failed: string,
  work: () => Promise<Job | void>
): Promise<void> {
  await guarded(failed, trans, async () => {
    await work();
  });
  await model.jobs.refresh();
}

/** Cancel a job. */
export function cancelJob(face: IFace, id: string): Promise<void> {
  return withJob(face, face.trans.__('The job was not cancelled.'), () =>
    face.model.api.cancelJob(id)
  );
}

/** Do a job again. */
export function retryJob(face: IFace, id: string): Promise<void> {
  return withJob(face, face.trans.__('The job was not tried again.'), async () =>
    face.model.takeJob(await face.model.api.retryJob(id))
  );
}

/** Ask once more what a kernel shall be, beginning with what a job was asked for. */
export function editJob(face: IFace, id: string): Promise<void> {
  return withJob(face, face.trans.__('The job was not tried again.'), async () => {
    const { request } = await face.model.api.jobAsked(id);
    await makeKernel(face, { request: request as unknown as KernelRequest });
  });
}

/** Forget a job that has ended. */
export function removeJob(face: IFace, id: string): Promise<void> {
  return withJob(face, face.trans.__('The job was not removed.'), () =>
    face.model.api.removeJob(id)
  );
}

/** Forget all jobs that went well or were cancelled; what failed stays to be read. */
export async function clearJobs(face: IFace): Promise<void> {
  const { model, trans } = face;
  await model.jobs.refresh();
  const done = (model.jobs.value ?? []).filter(
    job => job.state === 'succeeded' || job.state === 'cancelled'
  );
  await guarded(trans.__('Not all of the jobs were removed.'), trans, async () => {
    for (const job of done) {
      await model.api.removeJob(job.id);
    }
  });
  await model.jobs.refresh();
}
