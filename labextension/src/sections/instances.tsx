import React from 'react';
import { CommandIDs } from '../commands/ids';
import { ApiError } from '../errors';
import { money } from '../model/format';
import { kindOf } from '../model/states';
import { type InstanceLine, instanceLines } from '../model/view';
import { useFace, useResource, useRun, useSignalValue } from '../ui/context';
import { ErrorNotice, Loading, Notice } from '../ui/notice';
import { VirtualList } from '../ui/virtuallist';
import type { InstanceList } from '../wire';
import { FilterBar } from './filterbar';
import { GroupRow, InstanceRow } from './instancerow';
import { SignIn } from './signin';
import { UsageBars } from './usage';

/** The section "Compute instances". */
export function InstancesSection(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const run = useRun();
  const status = useResource(model.status);
  const { value, error } = useResource(model.instances);
  const compute = status.value?.compute;

  if (!compute) {
    return status.error ? null : <Loading />;
  }
  if (['signed_out', 'signing_in'].includes(compute.identity.state)) {
    return <SignIn identity={compute.identity} />;
  }
  if (!compute.workspace) {
    return (
      <Notice
        kind="empty"
        title={trans.__('No workspace is chosen')}
        actions={[
          {
            label: trans.__('Choose a workspace…'),
            run: () => run(CommandIDs.selectWorkspace),
            primary: true
          }
        ]}
      >
        {compute.error?.message ||
          trans.__(
            'Compute instances belong to an Azure Machine Learning workspace. Choose one, or put its config.json beside your notebooks.'
          )}
      </Notice>
    );
  }
  const retry = () => void model.refresh(true);
  if (!value) {
    return error ? <ErrorNotice error={error} retry={retry} /> : <Loading />;
  }
  const stale = error ?? (value.error ? new ApiError(value.error, 0) : null);
  return (
    <>
      {stale && <ErrorNotice error={stale} retry={retry} />}
      <InstanceTable list={value} />
    </>
  );
}

function InstanceTable({ list }: { list: InstanceList }): React.JSX.Element {
  const { preferences, trans } = useFace();
  const run = useRun();
  const view = useSignalValue(preferences.changed, () => preferences.view);
  const [filter, setFilter] = React.useState('');
  const lines = React.useMemo(
    () => instanceLines(list.instances, view, filter),
    [list.instances, view, filter]
  );
  if (list.instances.length === 0) {
    return list.error ? (
      <></>
    ) : (
      <Notice
        kind="empty"
        title={trans.__('There is no compute instance yet')}
        actions={[
          {
            label: trans.__('Create instance…'),
            run: () => run(CommandIDs.createInstance),
            primary: true
          }
        ]}
      >
        {trans.__('An instance is a machine of your own in Azure, billed while it runs.')}
      </Notice>
    );
  }
  const running = list.instances.filter(instance => kindOf(instance) === 'running').length;
  return (
    <>
      <FilterBar filter={filter} setFilter={setFilter} view={view} />
      {lines.length === 0 ? (
        <Notice
          kind="empty"
          title={trans.__('No instance matches')}
          actions={[
            {
              label: trans.__('Show all'),
              run: () => {
                setFilter('');
                preferences.update({ onlyMine: false });
              }
            }
          ]}
        />
      ) : (
        <VirtualList
          items={lines}
          label={trans.__('Compute instances')}
          keyOf={keyOf}
          heightOf={heightOf}
          canFocus={isInstance}
          onOpen={line => {
            if (line.kind === 'instance') {
              run(CommandIDs.showInstance, { name: line.instance.name });
            }
          }}
          render={(line, wide, active) =>
            line.kind === 'group' ? (
              <GroupRow group={line.group} count={line.count} />
            ) : (
              <InstanceRow instance={line.instance} wide={wide} active={active} />
            )
          }
        />
      )}
      <UsageBars
        words={
          list.cost_per_hour
            ? trans._n(
                '%1 running, about %2 per hour',
                '%1 running, about %2 per hour',
                running,
                money(list.cost_per_hour)
              )
            : trans._n('%1 running', '%1 running', running)
        }
      />
    </>
  );
}

function keyOf(line: InstanceLine): string {
  return line.kind === 'group' ? `group:${line.group}` : line.instance.name;
}

function heightOf(line: InstanceLine, wide: boolean): number {
  return line.kind === 'group' ? 26 : wide ? 34 : 48;
}

function isInstance(line: InstanceLine): boolean {
  return line.kind === 'instance';
}
