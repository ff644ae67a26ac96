import React from 'react';
import { CommandIDs } from '../commands/ids';
import { shortSize } from '../model/format';
import { priceNow } from '../model/billing';
import { kindOf } from '../model/states';
import { stateWord } from '../model/words';
import { instanceMenu } from '../sections/instancemenu';
import { FaceProvider, type IFace, useFace, useResource, useRun } from '../ui/context';
import { type IMenuEntry, MenuButton } from '../ui/menu';
import { ErrorNotice, Loading, Notice } from '../ui/notice';
import { useReason } from '../ui/reason';
import { StateIcon } from '../ui/stateicon';
import type { ComputeInstance } from '../wire';
import { Connectivity } from './connectivity';
import { Overview } from './overview';
import { Stopping } from './stopping';
import { TrainingJobs } from './trainingjobs';
import { Trouble } from './trouble';

/** What the tab about one instance shows. */
export function InstanceDetails(props: { face: IFace; name: string }): React.JSX.Element {
  return (
    <FaceProvider value={props.face}>
      <Details name={props.name} />
    </FaceProvider>
  );
}

/** Everything about one instance. */
function Details({ name }: { name: string }): React.JSX.Element {
  const { model, trans } = useFace();
  const run = useRun();
  const status = useResource(model.status).value;
  const { value, error } = useResource(model.instances);
  const before = React.useRef<ComputeInstance | null>(null);
  React.useEffect(() => {
    const watch = model.watch();
    return () => watch.dispose();
  }, [model]);
  const instance = value?.instances.find(each => each.name === name);
  React.useEffect(() => {
    before.current = instance ?? before.current;
  });
  if (['signed_out', 'signing_in'].includes(status?.compute.identity.state ?? '')) {
    const locked = status?.may_write['sign_in'] === false;
    return (
      <Notice
        kind="info"
        title={trans.__('Sign in to see this')}
        actions={[
          {
            label:
              status?.compute.identity.state === 'signing_in'
                ? trans.__('Show the code…')
                : trans.__('Sign in…'),
            primary: true,
            reason: locked ? trans.__('This Jupyter server does not let you change it.') : '',
            run: () => run(CommandIDs.signIn)
          }
        ]}
      />
    );
  }
  if (!instance) {
    return value && before.current?.state === 'Deleting' ? (
      <Notice kind="info" title={trans.__('%1 was deleted', name)} />
    ) : value ? (
      <Notice kind="info" title={trans.__('%1 is gone', name)}>
        {trans.__('It was deleted, or another workspace was chosen.')}
      </Notice>
    ) : error ? (
      <ErrorNotice error={error} retry={() => void model.refresh()} />
    ) : (
      <Loading />
    );
  }
  return (
    <>
      <Head instance={instance} />
      {error && <ErrorNotice error={error} retry={() => void model.refresh()} />}
      <Trouble instance={instance} />
      <div className="jp-CIManager-parts">
        <div>
          <Overview instance={instance} />
          <Connectivity instance={instance} />
        </div>
        <div>
          <Stopping instance={instance} />
          <TrainingJobs instance={instance} />
        </div>
      </div>
    </>
  );
}

function Head({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const kind = kindOf(instance);
  const facts = [shortSize(instance.vm_size), priceNow(instance, trans)];
  return (
    <div className="jp-CIManager-detailHead">
      <h1>
        <StateIcon kind={kind} />
        {instance.name}
      </h1>
      <div className="jp-CIManager-state" role="status">
        {stateWord(instance.state, trans)}
      </div>
      {instance.is_this_machine && (
        <span className="jp-CIManager-badge">{trans.__('this machine')}</span>
      )}
      <div className="jp-CIManager-reason">{facts.filter(Boolean).join(' · ')}</div>
      <Actions instance={instance} />
    </div>
  );
}

/** What can be done with it, in one line: what finds no room in it stands in a menu at its end. */
function Actions({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const line = React.useRef<HTMLDivElement>(null);
  const [room, setRoom] = React.useState(Infinity);
  const entries = instanceMenu(instance, trans, run, true);
  const words = entries.map(entry => entry.label).join('\n');
  React.useLayoutEffect(() => {
    const node = line.current as HTMLDivElement;
    const measure = () => {
      const buttons = [...node.children] as HTMLElement[];
      // Those after the first line are out of sight.
      const below = buttons.findIndex(button => button.offsetTop > buttons[0].offsetTop);
      setRoom(below < 0 ? Infinity : below);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    measure();
    return () => observer.disconnect();
  }, [words]);
  return (
    <div className="jp-CIManager-detailActions">
      <div ref={line}>
        {entries.map((entry, index) => (
          <Action key={entry.label} entry={entry} out={index >= room} />
        ))}
      </div>
      {room < entries.length && (
        <MenuButton
          label={trans.__('More actions for %1', instance.name)}
          entries={() => instanceMenu(instance, trans, run, true).slice(room)}
        />
      )}
    </div>
  );
}

function Action({ entry, out }: { entry: IMenuEntry; out: boolean }): React.JSX.Element {
  const { bind, words } = useReason(entry.reason);
  return (
    <button
      type="button"
      className="jp-CIManager-button"
      data-danger={entry.danger ?? false}
      data-out={out}
      aria-label={entry.label}
      {...bind}
      onClick={() => {
        if (!entry.reason) {
          entry.run();
        }
      }}
    >
      {entry.label}
      {words}
    </button>
  );
}
