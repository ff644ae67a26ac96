import { caretDownIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { Announcer } from '../model/announcer';
import { useFace, useResource, useRun } from '../ui/context';
import { ErrorNotice, Notice } from '../ui/notice';

const ENABLE = 'jupyter server extension enable jupyter_ci_manager';

/** What stands above the sections: workspace, who acts, and what is wrong with everything. */
export function Header(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const run = useRun();
  const { value, error } = useResource(model.status);
  const retry = () => void model.refresh();
  if (error && error.code === 'no_server_extension') {
    return (
      <Notice
        kind="error"
        title={trans.__('The server side of this extension is not running')}
        actions={[{ label: trans.__('Try again'), run: retry }]}
      >
        <div>{trans.__('Switch it on in a terminal, then restart Jupyter:')}</div>
        <code>{ENABLE}</code>
      </Notice>
    );
  }
  const compute = value?.compute;
  const workspace = compute?.workspace;
  const place = [workspace?.friendly_name || workspace?.name, workspace?.location]
    .filter(Boolean)
    .join(', ');
  return (
    <>
      {compute?.backend === 'emulator' && (
        <div className="jp-CIManager-banner" title={compute.endpoint}>
          {trans.__('Emulator: not Azure, nothing is billed')}
        </div>
      )}
      {error && <ErrorNotice error={error} retry={retry} />}
      {compute && (
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
          {compute.identity.name && (
            <span className="jp-CIManager-who" title={trans.__('Signed in as')}>
              {compute.identity.name}
            </span>
          )}
        </div>
      )}
      {compute?.this_machine.disks
        .filter(disk => disk.warning)
        .map(disk => (
          <Notice key={disk.path} kind="warning" title={disk.warning} />
        ))}
      <Announcements />
    </>
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
