import React from 'react';
import { longTime } from '../model/format';
import { trainingWord } from '../model/words';
import { useAnswer } from '../ui/answer';
import { useFace } from '../ui/context';
import { ErrorNotice, Loading } from '../ui/notice';
import type { ComputeInstance } from '../wire';
import { OutsideLink, Part } from './facts';

/** The workspace's training jobs that run or wait on the instance, read when one looks. */
export function TrainingJobs({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { model, trans } = useFace();
  const [round, setRound] = React.useState(0);
  // Asked again when the instance's state changes, for jobs change it.
  const { current, error, value } = useAnswer(`${instance.state} ${round}`, () =>
    model.api.instanceJobs(instance.name)
  );
  return (
    <Part title={trans.__('Training jobs on it')}>
      {error ? (
        error.code === 'not_offered' ? (
          <p className="jp-CIManager-reason">{error.message}</p>
        ) : (
          <ErrorNotice error={error} retry={() => setRound(round + 1)} />
        )
      ) : !value ? (
        <Loading />
      ) : value.jobs.length === 0 ? (
        <p className="jp-CIManager-reason">{trans.__('None runs or waits.')}</p>
      ) : (
        <ul className="jp-CIManager-links">
          {value.jobs.map(job => (
            <li key={job.name}>
              {job.studio_url ? (
                <OutsideLink url={job.studio_url}>{job.display_name || job.name}</OutsideLink>
              ) : (
                job.display_name || job.name
              )}
              <span className="jp-CIManager-about">
                {[
                  trainingWord(job.status, trans),
                  job.created_by,
                  job.created_on ? longTime(job.created_on) : ''
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {value?.is_complete === false && (
        <p className="jp-CIManager-about">
          {trans.__('The workspace has very many jobs; old ones were not looked at.')}
        </p>
      )}
      <div>
        <button
          type="button"
          className="jp-CIManager-button"
          disabled={!current}
          onClick={() => setRound(round + 1)}
        >
          {trans.__('Look again')}
        </button>
      </div>
    </Part>
  );
}
