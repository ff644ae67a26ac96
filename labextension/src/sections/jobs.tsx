import React from 'react';
import { CommandIDs } from '../commands/ids';
import { headline } from '../errors';
import { duration, jobProgress } from '../model/format';
import { JobLog } from '../model/joblog';
import { hasEnded } from '../model/model';
import { jobWord } from '../model/words';
import { useFace, useNow, useResource, useRun, useSignalValue } from '../ui/context';
import { type IMenuEntry, MenuButton } from '../ui/menu';
import { ErrorNotice, Loading, Notice } from '../ui/notice';
import { StateIcon } from '../ui/stateicon';
import type { Job } from '../wire';

const SHOWN = 20;

/** The section "Jobs". */
export function JobsSection(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const status = useResource(model.status);
  const { value, error } = useResource(model.jobs);
  const [shown, setShown] = React.useState(SHOWN);
  if (!value) {
    return status.error ? null : error ? (
      <ErrorNotice error={error} retry={() => void model.jobs.refresh()} />
    ) : (
      <Loading />
    );
  }
  if (value.length === 0) {
    return (
      <Notice kind="empty" title={trans.__('Nothing is being done')}>
        {trans.__('Making kernels and changing packages show up here, with their log.')}
      </Notice>
    );
  }
  return (
    <ul className="jp-CIManager-jobs" aria-label={trans.__('Jobs')}>
      {value.slice(0, shown).map(job => (
        <JobItem key={job.id} job={job} />
      ))}
      {value.length > shown && (
        <li>
          <button
            type="button"
            className="jp-CIManager-link"
            onClick={() => setShown(shown + SHOWN)}
          >
            {trans.__('Show older')}
          </button>
        </li>
      )}
    </ul>
  );
}

const JobItem = React.memo(function JobItem({ job }: { job: Job }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const ended = hasEnded(job);
  const now = useNow(ended ? 0 : 1_000);
  const [open, setOpen] = React.useState(false);
  const logId = React.useId();
  const seconds = (job.ended ?? now / 1000) - (job.started ?? job.created);
  const kind =
    job.state === 'succeeded'
      ? 'running'
      : !ended
        ? 'transition'
        : job.state === 'cancelled'
          ? 'stopped'
          : 'failed';
  const failed = job.state === 'failed' || job.state === 'interrupted';
  const code = String(job.error?.['code'] ?? '');
  const message = String(job.error?.['message'] ?? '') || (code ? headline(code, trans) : '');
  const word =
    job.state === 'running'
      ? jobProgress(job, trans) || jobWord(job.state, trans)
      : jobWord(job.state, trans);
  const entries = (): IMenuEntry[] => [
    ...(job.can_retry
      ? [{ label: trans.__('Try again'), run: () => run(CommandIDs.retryJob, { id: job.id }) }]
      : []),
    {
      label: trans.__('Remove from the list'),
      reason: ended ? '' : trans.__('It is still running.'),
      run: () => run(CommandIDs.removeJob, { id: job.id })
    }
  ];
  return (
    <li className="jp-CIManager-job" data-state={job.state}>
      <div className="jp-CIManager-jobHead">
        <StateIcon kind={kind} />
        <span className="jp-CIManager-name" title={job.title}>
          {job.title || job.target}
        </span>
        <span className="jp-CIManager-jobTime">{duration(seconds, trans)}</span>
      </div>
      <div className="jp-CIManager-jobFacts">
        <span className="jp-CIManager-jobWord" data-kind={kind}>
          {word}
        </span>
        <span className="jp-CIManager-rowActions">
          <button
            type="button"
            className="jp-CIManager-button"
            aria-expanded={open}
            aria-controls={logId}
            aria-label={trans.__('Log of %1', job.title || job.target)}
            onClick={() => setOpen(!open)}
          >
            {trans.__('Log')}
          </button>
          {job.can_cancel && (
            <button
              type="button"
              className="jp-CIManager-button"
              aria-label={trans.__('Cancel %1', job.title || job.target)}
              onClick={() => run(CommandIDs.cancelJob, { id: job.id })}
            >
              {trans.__('Cancel')}
            </button>
          )}
          <MenuButton
            label={trans.__('More actions for %1', job.title || job.target)}
            entries={entries}
          />
        </span>
      </div>
      {!ended && job.progress && job.progress.total !== null && (
        <progress
          max={Math.max(job.progress.total, 1)}
          value={job.progress.done}
          aria-label={trans.__('Progress of %1', job.title || job.target)}
        />
      )}
      {failed && message && (
        <div className="jp-CIManager-jobError">
          <div>{message}</div>
          {typeof job.error?.['hint'] === 'string' && <div>{job.error['hint']}</div>}
        </div>
      )}
      <div id={logId}>{open && <Log job={job} />}</div>
    </li>
  );
});

/** The log of a job, followed while it is open; stays at its end unless one scrolls up. */
function Log({ job }: { job: Job }): React.JSX.Element {
  const { model, trans } = useFace();
  const [log, setLog] = React.useState<JobLog | null>(null);
  React.useEffect(() => {
    const made = new JobLog(model.api, job.id);
    setLog(made);
    return () => made.dispose();
  }, [model, job.id]);
  return log ? (
    <LogLines log={log} label={trans.__('Log of %1', job.title || job.target)} />
  ) : (
    <Loading />
  );
}

function LogLines({ log, label }: { log: JobLog; label: string }): React.JSX.Element {
  const { trans } = useFace();
  const lines = useSignalValue(log.changed, () => log.lines);
  const node = React.useRef<HTMLPreElement>(null);
  const stick = React.useRef(true);
  React.useLayoutEffect(() => {
    if (node.current && stick.current) {
      node.current.scrollTop = node.current.scrollHeight;
    }
  }, [lines]);
  return (
    <pre
      ref={node}
      className="jp-CIManager-log"
      role="log"
      aria-label={label}
      tabIndex={0}
      onScroll={event => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        stick.current = scrollHeight - scrollTop - clientHeight < 20;
      }}
    >
      {lines.length > 0 ? lines.join('\n') : trans.__('Nothing was said yet.')}
    </pre>
  );
}
