import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { headline } from '../errors';
import { duration, jobProgress } from '../model/format';
import { hasEnded } from '../model/model';
import { jobWord } from '../model/words';
import { useFace, useNow, useResource, useRun } from '../ui/context';
import { type IMenuEntry, MenuButton } from '../ui/menu';
import { ErrorNotice, IconButton, Loading, Notice } from '../ui/notice';
import { StateIcon } from '../ui/stateicon';
import type { Job } from '../wire';
import { Log } from './joblog';

const SHOWN = 20;
const MAKE = 'jupyter_ci_manager.kernels.tasks:create_kernel';

/** The section "Jobs". */
export function JobsSection(): React.JSX.Element | null {
  const { model, trans } = useFace();
  const run = useRun();
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
        <JobItem key={job.id} job={job} before={waitingBefore(job, value)} />
      ))}
      {(value.length > shown || value.some(isDone)) && (
        <li className="jp-CIManager-jobsFoot">
          {value.length > shown && (
            <button
              type="button"
              className="jp-CIManager-link"
              onClick={() => setShown(shown + SHOWN)}
            >
              {trans.__('Show older')}
            </button>
          )}
          {value.some(isDone) && (
            <button
              type="button"
              className="jp-CIManager-link"
              onClick={() => run(CommandIDs.clearJobs)}
            >
              {trans.__('Clear what is done')}
            </button>
          )}
        </li>
      )}
    </ul>
  );
}

/** How many jobs wait that were asked for earlier. */
function waitingBefore(job: Job, all: readonly Job[]): number {
  return job.state === 'queued'
    ? all.filter(each => each.state === 'queued' && each.created < job.created).length
    : 0;
}

const JobItem = React.memo(function JobItem(props: {
  job: Job;
  before: number;
}): React.JSX.Element {
  const { before, job } = props;
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
  const step = job.phase ? job.phases.indexOf(job.phase) + 1 : 0;
  const word =
    job.state === 'running'
      ? jobProgress(job, trans) || jobWord(job.state, trans)
      : job.state === 'queued'
        ? queueWords(before, trans)
        : jobWord(job.state, trans);
  const kernel = job.state === 'succeeded' ? job.result?.['kernel'] : undefined;
  const entries = (): IMenuEntry[] => [
    ...(typeof kernel === 'string' && run.has(CommandIDs.newNotebook)
      ? [
          {
            label: trans.__('New notebook with it'),
            run: () => run(CommandIDs.newNotebook, { kernel })
          }
        ]
      : []),
    ...(job.can_retry
      ? [{ label: trans.__('Try again'), run: () => run(CommandIDs.retryJob, { id: job.id }) }]
      : []),
    ...(job.can_retry && job.task === MAKE
      ? [
          {
            label: trans.__('Edit and try again…'),
            run: () => run(CommandIDs.editJob, { id: job.id })
          }
        ]
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
            <IconButton
              icon={stopIcon}
              label={trans.__('Cancel %1', job.title || job.target)}
              onClick={() => run(CommandIDs.cancelJob, { id: job.id })}
            />
          )}
          <MenuButton
            label={trans.__('More actions for %1', job.title || job.target)}
            entries={entries}
          />
        </span>
      </div>
      <div className="jp-CIManager-jobFacts">
        <span className="jp-CIManager-jobWord" data-kind={kind} title={word}>
          {word}
        </span>
        {!ended && step > 0 && (
          <span
            className="jp-CIManager-jobStep"
            title={trans.__('Step %1 of %2', step, job.phases.length)}
          >
            {`${step}/${job.phases.length}`}
          </span>
        )}
        <span className="jp-CIManager-jobTime">{duration(seconds, trans)}</span>
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
          <ErrorDetails details={job.error?.['details']} />
        </div>
      )}
      <div id={logId} className="jp-CIManager-jobLog">
        {open && <Log job={job} />}
      </div>
    </li>
  );
});

/** The words for a job that waits for others. */
function queueWords(before: number, trans: TranslationBundle): string {
  return before > 0
    ? trans._n('waiting, %1 before it', 'waiting, %1 before it', before)
    : trans.__('waiting, next in line');
}

/** What else the server knows of an error, folded away. */
function ErrorDetails({ details }: { details: unknown }): React.JSX.Element | null {
  const { trans } = useFace();
  if (typeof details !== 'object' || details === null || Object.keys(details).length === 0) {
    return null;
  }
  const log = (details as Record<string, unknown>)['log'];
  return (
    <details className="jp-CIManager-jobDetails">
      <summary>{trans.__('Details')}</summary>
      <pre>{typeof log === 'string' ? log : JSON.stringify(details, null, 2)}</pre>
    </details>
  );
}

/** Whether nobody needs a job any more: it went well, or was given up. */
function isDone(job: Job): boolean {
  return job.state === 'succeeded' || job.state === 'cancelled';
}
