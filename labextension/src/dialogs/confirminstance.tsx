import React from 'react';
import { doubtOf } from '../errors';
import { kindOf } from '../model/states';
import { ownerOf } from '../model/view';
import { useAnswer } from '../ui/answer';
import { type IFace, useFace, useResource } from '../ui/context';
import { Notice } from '../ui/notice';
import type { ComputeInstance } from '../wire';
import { reveal, TextField } from './form';
import { type IFormProps, showForm } from './formdialog';

/** What can be asked about before it is done. */
export type Doubtful = 'stop' | 'restart' | 'delete';

/**
 * Tell what is lost, and ask. Where it is the machine one works on, or somebody else's, its name
 * must be typed.
 */
export async function confirmInstance(
  face: IFace,
  instance: ComputeInstance,
  action: Doubtful
): Promise<boolean> {
  const { trans } = face;
  const { name } = instance;
  const words: Record<Doubtful, [title: string, accept: string]> = {
    stop: [trans.__('Stop %1?', name), trans.__('Stop')],
    restart: [trans.__('Restart %1?', name), trans.__('Restart')],
    delete: [trans.__('Delete %1?', name), trans.__('Delete')]
  };
  const [title, accept] = words[action];
  const answer = await showForm<true>(
    face,
    props => <ConfirmForm {...props} instance={instance} action={action} />,
    { title, accept, warn: action === 'delete' || mustType(instance, action), trans }
  );
  return answer === true;
}

/** Whether the server wants the name repeated. */
export function mustType(instance: ComputeInstance, action: Doubtful | 'resize'): boolean {
  return instance.actions[action]?.needs_confirmation ?? false;
}

function ConfirmForm(
  props: IFormProps<true> & { instance: ComputeInstance; action: Doubtful }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { action, bind, instance } = props;
  const typed = mustType(instance, action);
  const [name, setName] = React.useState('');
  const [pressed, setPressed] = React.useState(false);
  const doubt = doubtOf(instance.actions[action]);
  const runs = kindOf(instance) === 'running';
  const jobs =
    useAnswer(runs ? instance.name : null, each => model.api.instanceJobs(each)).value?.jobs ?? [];
  const root = React.useRef<HTMLDivElement>(null);
  bind(async () => {
    setPressed(true);
    if (typed && name.trim() !== instance.name) {
      reveal(root.current, 'confirm');
      return null;
    }
    return true;
  });
  const losses: Record<Doubtful, string[]> = {
    stop: [
      trans.__('Lost: what its kernels and terminals hold in memory. Kept: its disk.'),
      trans.__('It stops being billed for computing; its cores still count against the quota.')
    ],
    restart: [trans.__('Lost: what its kernels and terminals hold in memory. Kept: its disk.')],
    delete: [
      trans.__(
        'Lost for ever: the instance %1, its disk, the environments and kernels on it, and every file that is not in the workspace’s own storage.',
        instance.name
      ),
      trans.__('Its cores become free in the quota.')
    ]
  };
  return (
    <div ref={root} className="jp-CIManager-formBody jp-CIManager-confirm">
      <Gone name={instance.name} />
      {losses[action].map(loss => (
        <p key={loss}>{loss}</p>
      ))}
      {doubt && <p>{doubt}</p>}
      {instance.is_this_machine && (
        <p>
          <strong>
            {trans.__('This is the instance you are working on: this JupyterLab ends as well.')}
          </strong>
        </p>
      )}
      {instance.is_mine === false && (
        <p>
          <strong>
            {trans.__('It belongs to %1.', ownerOf(instance) ?? trans.__('somebody else'))}
          </strong>
        </p>
      )}
      {jobs.length > 0 && (
        <div>
          {trans._n(
            '%1 training job runs or waits on it:',
            '%1 training jobs run or wait on it:',
            jobs.length
          )}
          <ul className="jp-CIManager-uses">
            {jobs.map(job => (
              <li key={job.name}>
                {job.display_name || job.name} · {job.status}
              </li>
            ))}
          </ul>
        </div>
      )}
      {typed && <TypedName instance={instance} value={name} onChange={setName} wrong={pressed} />}
    </div>
  );
}

/** Says that an instance is no longer there, for somebody else may delete it while one is asked. */
export function Gone({ name }: { name: string }): React.JSX.Element | null {
  const { model, trans } = useFace();
  const { value } = useResource(model.instances);
  return !value || value.instances.some(each => each.name === name) ? null : (
    <Notice kind="warning" alert title={trans.__('%1 is gone', name)}>
      {trans.__('It was deleted, or another workspace was chosen.')}
    </Notice>
  );
}

/** A field in which the instance's name must be repeated. */
export function TypedName(props: {
  instance: ComputeInstance;
  value: string;
  onChange: (name: string) => void;
  /** Whether to say that it is not repeated yet. */
  wrong: boolean;
}): React.JSX.Element {
  const { trans } = useFace();
  const { instance, onChange, value, wrong } = props;
  return (
    <TextField
      field="confirm"
      label={trans.__('Type %1 to confirm', instance.name)}
      autofocus
      value={value}
      onChange={onChange}
      problem={wrong && value.trim() !== instance.name ? trans.__('This is not its name.') : ''}
    />
  );
}
