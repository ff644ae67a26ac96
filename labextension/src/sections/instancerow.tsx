import React from 'react';
import { CommandIDs } from '../commands/ids';
import { reasonOf } from '../errors';
import { priceNow } from '../model/billing';
import { duration, longTime, pricePerHour, secondsSince, shortSize } from '../model/format';
import { remarkOf } from '../model/remarks';
import { kindOf, type StateKind } from '../model/states';
import { kindWord, stateWord } from '../model/words';
import { ownerOf } from '../model/view';
import { useFace, useAzureNow, useRun } from '../ui/context';
import { MenuButton } from '../ui/menu';
import { ActionButton } from '../ui/notice';
import { StateIcon } from '../ui/stateicon';
import type { ComputeInstance } from '../wire';
import { instanceMenu } from './instancemenu';

/** What a row needs. */
export interface IInstanceRowProps {
  instance: ComputeInstance;
  wide: boolean;
  active: boolean;
}

/**
 * One instance: state as shape and word, what it costs, what one should know of it, and the next
 * thing one would do. Three short lines where it is narrow, cells of a table where it is wide.
 */
export const InstanceRow = React.memo(function InstanceRow(
  props: IInstanceRowProps
): React.JSX.Element {
  const { instance, active, wide } = props;
  const { trans } = useFace();
  const run = useRun();
  const kind = kindOf(instance);
  const state = (
    <span className="jp-CIManager-state" data-kind={kind}>
      {stateWord(instance.state, trans)}
    </span>
  );
  return (
    <>
      <div role="gridcell" className="jp-CIManager-rowMain">
        <StateIcon kind={kind} />
        <span className="jp-CIManager-name" title={instance.name}>
          {instance.name}
        </span>
        {wide && <ThisMachine instance={instance} />}
      </div>
      {wide && <div role="gridcell">{state}</div>}
      <Facts instance={instance} kind={kind} wide={wide} state={state} />
      <div role="gridcell" className="jp-CIManager-rowActions">
        <PrimaryAction instance={instance} kind={kind} active={active} />
        <MenuButton
          label={trans.__('More actions for %1', instance.name)}
          tabIndex={active ? 0 : -1}
          entries={() => instanceMenu(instance, trans, run)}
        />
      </div>
    </>
  );
});

function ThisMachine({ instance }: { instance: ComputeInstance }): React.JSX.Element | null {
  const { trans } = useFace();
  return instance.is_this_machine ? (
    <span className="jp-CIManager-badge">{trans.__('this machine')}</span>
  ) : null;
}

function Facts(props: {
  instance: ComputeInstance;
  kind: StateKind;
  wide: boolean;
  state: React.ReactNode;
}): React.JSX.Element {
  const { instance, kind, state, wide } = props;
  const { trans } = useFace();
  const since =
    kind === 'running'
      ? instance.running_since
      : kind === 'transition'
        ? instance.state_since
        : null;
  const now = useAzureNow(since ? (kind === 'transition' ? 5_000 : 30_000) : 0);
  const seconds = secondsSince(since, now);
  const remark = remarkOf(instance, now, trans);
  const owner = wide || instance.is_mine === false ? ownerOf(instance) : null;
  const facts = [
    shortSize(instance.vm_size),
    priceNow(instance, trans),
    seconds === null ? '' : duration(seconds, trans),
    owner ?? ''
  ];
  const titles = [
    '',
    trans.__('An estimate from list prices'),
    since ? trans.__('Since %1', longTime(since)) : '',
    ''
  ];
  const words = remark && (
    <span
      className="jp-CIManager-remark"
      data-kind={remark.kind}
      title={remark.whole ?? remark.text}
    >
      <span className="jp-CIManager-sign" aria-hidden="true" />
      <span>{remark.text}</span>
    </span>
  );
  if (wide) {
    return (
      <>
        {facts.map((fact, index) => (
          <div
            key={index}
            role="gridcell"
            className="jp-CIManager-cell"
            title={titles[index] || fact}
          >
            {fact}
          </div>
        ))}
        <div role="gridcell" className="jp-CIManager-cell">
          {words}
        </div>
      </>
    );
  }
  const line = facts.filter(Boolean).join(' · ');
  return (
    <div role="gridcell" className="jp-CIManager-rowFacts">
      <div title={[line, titles[2]].filter(Boolean).join('\n')}>
        <ThisMachine instance={instance} />
        {state}
        {line && ` · ${line}`}
      </div>
      {words}
    </div>
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
  const tabIndex = active ? 0 : -1;
  const { name } = instance;
  if (kind === 'transition' || kind === 'unknown') {
    return null;
  }
  if (kind === 'failed') {
    return !run.has(CommandIDs.showInstance) ? null : (
      <ActionButton
        tabIndex={tabIndex}
        label={trans.__('Why did %1 fail?', name)}
        run={() => run(CommandIDs.showInstance, { name })}
      >
        {trans.__('Why?')}
      </ActionButton>
    );
  }
  const stop = kind === 'running';
  const price = pricePerHour(instance.price_per_hour, trans);
  const label = stop
    ? trans.__('Stop %1', name)
    : price
      ? trans.__('Start %1, about %2 until it is stopped', name, price)
      : trans.__('Start %1', name);
  return (
    <ActionButton
      tabIndex={tabIndex}
      label={label}
      reason={reasonOf(instance.actions[stop ? 'stop' : 'start'], trans)}
      run={() => run(stop ? CommandIDs.stopInstance : CommandIDs.startInstance, { name })}
    >
      {stop ? trans.__('Stop') : trans.__('Start')}
    </ActionButton>
  );
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
