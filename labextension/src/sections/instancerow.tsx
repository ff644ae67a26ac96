import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { reasonOf } from '../errors';
import { duration, pricePerHour, secondsSince, shortSize } from '../model/format';
import { kindOf, type StateKind } from '../model/states';
import { kindWord, stateWord } from '../model/words';
import { ownerOf } from '../model/view';
import { useFace, useNow, useRun } from '../ui/context';
import { type IMenuEntry, MenuButton } from '../ui/menu';
import { StateIcon } from '../ui/stateicon';
import type { ComputeInstance } from '../wire';

/** What a row needs. */
export interface IInstanceRowProps {
  instance: ComputeInstance;
  wide: boolean;
  active: boolean;
}

/** One instance: state as shape and word, what it costs, and the next thing one would do. */
export const InstanceRow = React.memo(function InstanceRow(
  props: IInstanceRowProps
): React.JSX.Element {
  const { instance, active } = props;
  const { trans } = useFace();
  const run = useRun();
  const kind = kindOf(instance);
  const error = instance.errors[0];
  const menu = trans.__('More actions for %1', instance.name);
  return (
    <>
      <div role="gridcell" className="jp-CIManager-rowMain">
        <StateIcon kind={kind} />
        <span className="jp-CIManager-name" title={instance.name}>
          {instance.name}
        </span>
        {instance.is_this_machine && (
          <span className="jp-CIManager-badge">{trans.__('this machine')}</span>
        )}
        <span className="jp-CIManager-state" data-kind={kind}>
          {stateWord(instance.state, trans)}
        </span>
      </div>
      <div role="gridcell" className="jp-CIManager-rowFacts">
        {error ? (
          <span className="jp-CIManager-rowError" title={error.message}>
            {error.explanation || error.message}
          </span>
        ) : (
          <Facts instance={instance} kind={kind} />
        )}
      </div>
      <div role="gridcell" className="jp-CIManager-rowActions">
        <PrimaryAction instance={instance} kind={kind} active={active} />
        <MenuButton
          label={menu}
          tabIndex={active ? 0 : -1}
          entries={() => instanceMenu(instance, trans, run)}
        />
      </div>
    </>
  );
});

function Facts(props: { instance: ComputeInstance; kind: StateKind }): React.JSX.Element {
  const { instance, kind } = props;
  const { trans } = useFace();
  const since =
    kind === 'running'
      ? instance.running_since
      : kind === 'transition'
        ? instance.state_since
        : null;
  const now = useNow(since ? (kind === 'transition' ? 5_000 : 30_000) : 0);
  const seconds = secondsSince(since, now);
  const owner = instance.is_mine === false ? ownerOf(instance) : null;
  const facts = [
    shortSize(instance.vm_size),
    kind === 'stopped' ? '' : pricePerHour(instance.price_per_hour, trans),
    seconds === null ? '' : duration(seconds, trans),
    owner ?? '',
    kind === 'running' && billsForever(instance) ? trans.__('no automatic stop') : ''
  ].filter(Boolean);
  return <span title={facts.join(' · ')}>{facts.join(' · ')}</span>;
}

/** Whether nothing but a person will stop this instance. */
function billsForever(instance: ComputeInstance): boolean {
  return (
    !instance.idle_shutdown_minutes &&
    !instance.schedules.some(schedule => schedule.action === 'stop' && schedule.enabled !== false)
  );
}

function PrimaryAction(props: {
  instance: ComputeInstance;
  kind: StateKind;
  active: boolean;
}): React.JSX.Element | null {
  const { instance, kind, active } = props;
  const { trans } = useFace();
  const run = useRun();
  const id = React.useId();
  if (kind === 'transition' || kind === 'unknown') {
    return null;
  }
  if (kind === 'failed') {
    return (
      <button
        type="button"
        className="jp-CIManager-button"
        tabIndex={active ? 0 : -1}
        aria-label={trans.__('Why did %1 fail?', instance.name)}
        onClick={() => run(CommandIDs.showInstance, { name: instance.name })}
      >
        {trans.__('Why?')}
      </button>
    );
  }
  const stop = kind === 'running';
  const reason = reasonOf(instance.actions[stop ? 'stop' : 'start'], trans);
  const price = pricePerHour(instance.price_per_hour, trans);
  const title = stop
    ? trans.__('Stop %1', instance.name)
    : price
      ? trans.__('Start %1, about %2 until it is stopped', instance.name, price)
      : trans.__('Start %1', instance.name);
  return (
    <button
      type="button"
      className="jp-CIManager-button"
      tabIndex={active ? 0 : -1}
      aria-label={title}
      aria-disabled={reason ? true : undefined}
      aria-describedby={reason ? id : undefined}
      title={reason || title}
      onClick={() => {
        if (!reason) {
          run(stop ? CommandIDs.stopInstance : CommandIDs.startInstance, { name: instance.name });
        }
      }}
    >
      {stop ? trans.__('Stop') : trans.__('Start')}
      {reason && (
        <span id={id} className="jp-CIManager-hidden">
          {reason}
        </span>
      )}
    </button>
  );
}

/** All that can be done with an instance; what cannot be done now says why. */
export function instanceMenu(
  instance: ComputeInstance,
  trans: TranslationBundle,
  run: (id: string, args?: { name: string }) => void
): IMenuEntry[] {
  const entry = (
    label: string,
    command: string,
    action?: string,
    more: Partial<IMenuEntry> = {}
  ): IMenuEntry => ({
    label,
    reason: action ? reasonOf(instance.actions[action], trans) : '',
    run: () => run(command, { name: instance.name }),
    ...more
  });
  const stopped = kindOf(instance) === 'stopped';
  return [
    entry(trans.__('Details'), CommandIDs.showInstance),
    entry(trans.__('Open JupyterLab on it'), CommandIDs.openInstance, 'open'),
    entry(trans.__('Copy SSH command'), CommandIDs.copySsh, 'ssh'),
    stopped
      ? entry(trans.__('Start'), CommandIDs.startInstance, 'start', { separated: true })
      : entry(trans.__('Stop…'), CommandIDs.stopInstance, 'stop', { separated: true }),
    entry(trans.__('Restart…'), CommandIDs.restartInstance, 'restart'),
    entry(trans.__('Resize…'), CommandIDs.resizeInstance, 'resize'),
    entry(trans.__('Delete…'), CommandIDs.deleteInstance, 'delete', {
      separated: true,
      danger: true
    })
  ];
}

/** The heading of a group of instances. */
export function GroupRow(props: { group: StateKind; count: number }): React.JSX.Element {
  const { trans } = useFace();
  return (
    <div role="gridcell" className="jp-CIManager-groupRow">
      {trans.__('%1 (%2)', kindWord(props.group, trans), props.count)}
    </div>
  );
}
