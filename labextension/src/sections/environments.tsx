import { lockIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import type { IRun } from '../commands/run';
import { environmentLines, type IEnvironmentLine } from '../model/environmentlines';
import { bytes } from '../model/format';
import { workWord } from '../model/words';
import { useFace, useResource, useRun } from '../ui/context';
import { MenuButton } from '../ui/menu';
import { ErrorNotice, Loading, Notice } from '../ui/notice';
import { VirtualList } from '../ui/virtuallist';
import { environmentMenu } from './environmentmenu';

/** The section "Environments & kernels". */
export function EnvironmentsSection(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const run = useRun();
  const status = useResource(model.status);
  const environments = useResource(model.environments);
  const kernels = useResource(model.kernels);
  const [filter, setFilter] = React.useState('');
  const lines = React.useMemo(
    () => environmentLines(environments.value ?? [], kernels.value ?? [], filter),
    [environments.value, kernels.value, filter]
  );
  const retry = () => void model.refreshLocal();
  const error = environments.error ?? kernels.error;

  if (!environments.value) {
    return error && !status.error ? (
      <ErrorNotice error={error} retry={retry} />
    ) : status.error ? null : (
      <Loading />
    );
  }
  const total = environments.value.length + (kernels.value?.length ?? 0);
  return (
    <>
      {error && !status.error && <ErrorNotice error={error} retry={retry} />}
      {(status.value?.kernels.warnings ?? []).map(warning => (
        <Notice key={warning} kind="warning" title={warning} />
      ))}
      {total > 12 && (
        <div
          className="jp-CIManager-filterBar"
          role="search"
          aria-label={trans.__('Filter environments and kernels')}
        >
          <input
            type="search"
            className="jp-mod-styled"
            placeholder={trans.__('Filter')}
            aria-label={trans.__('Filter environments and kernels')}
            value={filter}
            onChange={event => setFilter(event.target.value)}
          />
        </div>
      )}
      {lines.length === 0 ? (
        <Notice
          kind="empty"
          title={
            filter ? trans.__('Nothing matches') : trans.__('There is no conda environment yet')
          }
          actions={
            filter
              ? [{ label: trans.__('Show all'), run: () => setFilter('') }]
              : [
                  {
                    label: trans.__('New kernel…'),
                    run: () => run(CommandIDs.newKernel),
                    primary: true
                  }
                ]
          }
        />
      ) : (
        <VirtualList
          items={lines}
          label={trans.__('Environments and kernels')}
          keyOf={line => line.key}
          heightOf={heightOf}
          onOpen={line => open(line, run)}
          onDelete={line => remove(line, run)}
          render={(line, _, active) => <EnvironmentRow line={line} active={active} />}
        />
      )}
      {status.value && (
        <div className="jp-CIManager-total">
          {status.value.kernels.free_bytes === null
            ? trans.__('On this machine, %1', status.value.kernels.hostname)
            : trans.__(
                'On this machine, %1: %2 free',
                status.value.kernels.hostname,
                bytes(status.value.kernels.free_bytes)
              )}
        </div>
      )}
    </>
  );
}

function heightOf(_: IEnvironmentLine, wide: boolean): number {
  return wide ? 34 : 48;
}

function open(line: IEnvironmentLine, run: IRun): void {
  if (line.environment) {
    run(CommandIDs.showPackages, { environment: line.environment.prefix });
  }
}

function remove(line: IEnvironmentLine, run: IRun): void {
  if (line.environment) {
    run(CommandIDs.removeEnvironment, { environment: line.environment.prefix });
  } else {
    run(CommandIDs.removeKernel, { name: line.kernels[0].name });
  }
}

function EnvironmentRow(props: { line: IEnvironmentLine; active: boolean }): React.JSX.Element {
  const { environment, kernels } = props.line;
  const { model, trans } = useFace();
  const run = useRun();
  const job = useResource(model.jobs).value?.find(each => each.id === environment?.job_id);
  const name = environment?.name ?? kernels[0].display_name;
  const locked = environment?.is_protected ?? kernels[0].is_protected;
  const reason = environment?.protection_reason || kernels[0]?.protection_reason || '';
  const broken =
    (environment?.is_broken && environment.broken_reason) ||
    kernels.find(kernel => kernel.is_broken)?.broken_reason ||
    '';
  const repairable = kernels.find(kernel => kernel.is_broken && kernel.can_repair);
  const language = environment?.language
    ? `${environment.language} ${environment.version ?? ''}`.trim()
    : '';
  const facts = [
    environment ? kernels.map(kernel => kernel.display_name).join(', ') : '',
    kernels.length === 0 ? trans.__('no kernel') : '',
    environment ? language : trans.__('kernel outside the environments'),
    environment?.size_bytes ? bytes(environment.size_bytes) : ''
  ].filter(Boolean);
  return (
    <>
      <div role="gridcell" className="jp-CIManager-rowMain">
        {locked ? (
          <lockIcon.react
            tag="span"
            className="jp-CIManager-stateIcon"
            title={trans.__('Protected: %1', reason)}
          />
        ) : (
          <span className="jp-CIManager-stateIcon" aria-hidden="true" />
        )}
        <span className="jp-CIManager-name" title={environment?.prefix ?? kernels[0].resource_dir}>
          {name}
        </span>
        {locked && (
          <span className="jp-CIManager-state" title={reason}>
            {environment?.is_frozen ? trans.__('protected, frozen') : trans.__('protected')}
          </span>
        )}
        {environment?.job_id && <span className="jp-CIManager-state">{workWord(job, trans)}</span>}
      </div>
      <div role="gridcell" className="jp-CIManager-rowFacts">
        {broken ? (
          <span className="jp-CIManager-rowError" title={broken}>
            {broken}
          </span>
        ) : (
          <span title={facts.join(' · ')}>{facts.join(' · ')}</span>
        )}
      </div>
      <div role="gridcell" className="jp-CIManager-rowActions">
        {environment?.can_restore && (
          <button
            type="button"
            className="jp-CIManager-button"
            tabIndex={props.active ? 0 : -1}
            aria-label={trans.__('Restore %1', name)}
            onClick={() => run(CommandIDs.restoreEnvironment, { environment: environment.prefix })}
          >
            {trans.__('Restore')}
          </button>
        )}
        {repairable && (
          <button
            type="button"
            className="jp-CIManager-button"
            tabIndex={props.active ? 0 : -1}
            aria-label={trans.__('Repair %1', repairable.display_name)}
            onClick={() => run(CommandIDs.repairKernel, { name: repairable.name })}
          >
            {trans.__('Repair')}
          </button>
        )}
        <MenuButton
          label={trans.__('More actions for %1', name)}
          tabIndex={props.active ? 0 : -1}
          entries={() => environmentMenu(props.line, trans, run)}
        />
      </div>
    </>
  );
}
