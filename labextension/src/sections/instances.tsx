import React from 'react';
import { CommandIDs } from '../commands/ids';
import { ApiError } from '../errors';
import { noNewInstance } from '../model/permitted';
import { hasRemark } from '../model/remarks';
import { type InstanceLine, instanceLines } from '../model/view';
import { useFace, useResource, useRun, useSignalValue } from '../ui/context';
import { ErrorNotice, Loading, Notice } from '../ui/notice';
import { VirtualList } from '../ui/virtuallist';
import type { ComputeInstance, InstanceList } from '../wire';
import { ColumnHeaders } from './columns';
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
    return status.error ? null : (
      <Loading slow={trans.__('The Jupyter server takes long to answer…')} />
    );
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
    return error ? (
      <ErrorNotice error={error} retry={retry} />
    ) : (
      <Loading slow={trans.__('Azure takes long to answer…')} />
    );
  }
  const stale = error ?? (value.error ? new ApiError(value.error, 0) : null);
  const age = value.age_seconds;
  if (stale && age === null) {
    // Never read: there is no list that could be shown meanwhile.
    const unseen = trans.__('You may not see the compute instances of this workspace.');
    const title = stale.code === 'not_permitted' ? unseen : undefined;
    return <ErrorNotice error={stale} retry={retry} title={title} />;
  }
  return (
    <>
      {stale && !status.error && (
        <ErrorNotice
          error={stale}
          retry={retry}
          shownFrom={model.instances.readAt - (age ?? 0) * 1000}
        />
      )}
      <InstanceTable list={value} />
    </>
  );
}

function InstanceTable({ list }: { list: InstanceList }): React.JSX.Element {
  const { model, preferences, trans } = useFace();
  const run = useRun();
  const { value: permissions } = useResource(model.permissions);
  const view = useSignalValue(preferences.changed, () => preferences.view);
  const [filter, setFilter] = React.useState('');
  // What somebody has just made must be in sight, whatever was filtered for before.
  const [made, setMade] = React.useState('');
  React.useEffect(() => {
    const show = (_: unknown, begun: { instance: ComputeInstance; action: string }) => {
      if (begun.action === 'create') {
        setMade(begun.instance.name);
        setFilter('');
      }
    };
    model.instanceBegun.connect(show);
    return () => {
      model.instanceBegun.disconnect(show);
    };
  }, [model]);
  const lines = React.useMemo(
    () => instanceLines(list.instances, view, filter),
    [list.instances, view, filter]
  );
  if (list.instances.length === 0) {
    return (
      <Notice
        kind="empty"
        title={trans.__('There is no compute instance yet')}
        actions={[
          {
            label: trans.__('Create instance…'),
            run: () => run(CommandIDs.createInstance),
            reason: noNewInstance(model.status.value, permissions, trans),
            primary: true
          }
        ]}
      >
        {trans.__('An instance is a machine of your own in Azure, billed while it runs.')}
      </Notice>
    );
  }
  const shown = lines.filter(isInstance).length;
  return (
    <>
      <FilterBar
        filter={filter}
        setFilter={setFilter}
        view={view}
        shown={shown}
        total={list.instances.length}
      />
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
          header={<ColumnHeaders view={view} />}
          wideFrom={720}
          reveal={line => line.kind === 'instance' && line.instance.name === made}
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
          list.workspace?.location
            ? trans.__('Quota in %1', list.workspace.location)
            : trans.__('Quota')
        }
      />
    </>
  );
}

function keyOf(line: InstanceLine): string {
  return line.kind === 'group' ? `group:${line.group}` : line.instance.name;
}

function heightOf(line: InstanceLine, wide: boolean): number {
  if (line.kind === 'group') {
    return 26;
  }
  return wide ? 34 : hasRemark(line.instance) ? 64 : 48;
}

function isInstance(line: InstanceLine): boolean {
  return line.kind === 'instance';
}
