import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { JobLog } from '../model/joblog';
import { phaseWord } from '../model/words';
import { useFace, useSignalValue } from '../ui/context';
import { Loading } from '../ui/notice';
import type { Job } from '../wire';

/** The log of a job, followed while it is open; stays at its end unless one scrolls up. */
export function Log({ job }: { job: Job }): React.JSX.Element {
  const { model, trans } = useFace();
  const [log, setLog] = React.useState<JobLog | null>(null);
  React.useEffect(() => {
    const made = new JobLog(model.api, job.id, phase => phaseWord(phase, trans));
    setLog(made);
    return () => made.dispose();
  }, [model, job.id, trans]);
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
  const empty = lines.length === 0;
  React.useLayoutEffect(() => {
    // In a low section it would open below what is in sight, as if nothing had happened.
    node.current?.parentElement?.scrollIntoView({ block: 'nearest' });
  }, [empty]);
  const [copied, setCopied] = React.useState(false);
  return (
    <>
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
        {empty ? trans.__('Nothing was said yet.') : lines.join('\n')}
      </pre>
      {!empty && (
        <button
          type="button"
          className="jp-CIManager-button"
          aria-label={trans.__('Copy the log')}
          onBlur={() => setCopied(false)}
          onClick={() => {
            Clipboard.copyToSystem(lines.join('\n'));
            setCopied(true);
          }}
        >
          {copied ? trans.__('Copied') : trans.__('Copy')}
        </button>
      )}
    </>
  );
}
