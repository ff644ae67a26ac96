import { caretDownIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { type ApiError, isNotOurs } from '../errors';
import { Announcer } from '../model/announcer';
import { money } from '../model/format';
import { fullest, quotaWords } from '../model/quota';
import { kindOf } from '../model/states';
import { useFace, useResource, useRun } from '../ui/context';
import { ErrorNotice, Notice } from '../ui/notice';
import type { ComputeStatus } from '../wire';
import { Account } from './account';

const ENABLE = 'jupyter server extension enable jupyter_ci_manager';

/** What stands above the sections: workspace, who acts, and what is wrong with everything. */
export function Header(): React.JSX.Element | null {
  const { model } = useFace();
  const { value, error } = useResource(model.status);
  const compute = value?.compute;
  if (error && isNotOurs(error)) {
    return <NotOurs error={error} />;
  }
  return (
    <>
      {compute?.backend === 'emulator' && <Banner endpoint={compute.endpoint} />}
      {error && (
        <ErrorNotice
          error={error}
          retry={() => void model.refresh()}
          shownFrom={value && model.status.readAt}
        />
      )}
      {compute && (
        <>
          <Place compute={compute} />
          <Glance />
          {compute.this_machine.disks
            .filter(disk => disk.warning)
            .map(disk => (
              <Notice key={disk.path} kind="warning" title={disk.warning} />
            ))}
        </>
      )}
      <Announcements />
    </>
  );
}

/** The server does not know us, or not in this version: one clear state instead of many errors. */
function NotOurs({ error }: { error: ApiError }): React.JSX.Element {
  const { model, trans } = useFace();
  const again = { label: trans.__('Try again'), run: () => void model.refresh() };
  if (error.code === 'version_mismatch') {
    return (
      <Notice
        kind="error"
        title={trans.__('This page and the Jupyter server do not fit together')}
        actions={[
          {
            label: trans.__('Reload the page'),
            primary: true,
            run: () => window.location.reload()
          },
          again
        ]}
      >
        <div>{trans.__('Their versions differ: %1.', error.message)}</div>
        <div>
          {trans.__('If reloading does not help, restart Jupyter: it was updated while it ran.')}
        </div>
      </Notice>
    );
  }
  return (
    <Notice
      kind="error"
      title={trans.__('The server side of this extension is not running')}
      actions={[again]}
    >
      <div>{trans.__('Switch it on in a terminal, then restart Jupyter:')}</div>
      <code>{ENABLE}</code>
    </Notice>
  );
}

function Banner({ endpoint }: { endpoint: string }): React.JSX.Element {
  const { trans } = useFace();
  return (
    <div className="jp-CIManager-banner" title={endpoint}>
      {trans.__('Emulator: not Azure, nothing is billed')}
    </div>
  );
}

function Place({ compute }: { compute: ComputeStatus }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const { workspace } = compute;
  const place = [workspace?.friendly_name || workspace?.name, workspace?.location]
    .filter(Boolean)
    .join(', ');
  return (
    <div className="jp-CIManager-place">
      <button
        type="button"
        className="jp-CIManager-workspace"
        aria-haspopup="dialog"
        title={
          workspace
            ? trans.__('Workspace %1 (%2). Choose another…', place, compute.workspace_source)
            : trans.__('Choose a workspace…')
        }
        onClick={() => run(CommandIDs.selectWorkspace)}
      >
        <span>{place || trans.__('Choose a workspace…')}</span>
        <caretDownIcon.react tag="span" aria-hidden="true" />
      </button>
      <Account identity={compute.identity} />
    </div>
  );
}

/** What runs, what it costs and the fullest quota, also while the sections are folded. */
function Glance(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const { value: list } = useResource(model.instances);
  const { value: usages } = useResource(model.usages);
  if (!list || list.age_seconds === null) {
    return null;
  }
  const running = list.instances.filter(instance => kindOf(instance) === 'running').length;
  const quota = fullest(usages ?? []);
  const others = list.instances.filter(each => each.is_billed && kindOf(each) !== 'running');
  const estimate = trans.__('An estimate from list prices');
  const besides = trans.__(
    'Besides what runs it counts: %1',
    others.map(each => each.name).join(', ')
  );
  return (
    <div className="jp-CIManager-glance">
      <span title={others.length > 0 ? `${estimate}\n${besides}` : estimate}>
        {list.cost_per_hour
          ? trans._n('%1 running · %2/h', '%1 running · %2/h', running, money(list.cost_per_hour))
          : trans._n('%1 running', '%1 running', running)}
      </span>
      {quota && (
        <span className="jp-CIManager-quota" data-full={quota.full}>
          {quotaWords(quota, trans)}
        </span>
      )}
    </div>
  );
}

/** Tells screen readers what changed by itself. */
function Announcements(): React.JSX.Element {
  const { model, trans } = useFace();
  const [text, setText] = React.useState('');
  React.useEffect(() => {
    const announcer = new Announcer(model, trans);
    announcer.said.connect((_, words) => setText(words));
    return () => announcer.dispose();
  }, [model, trans]);
  return (
    <div className="jp-CIManager-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
