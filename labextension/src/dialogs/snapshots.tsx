import React from 'react';
import { ApiError } from '../errors';
import { longTime } from '../model/format';
import { guarded } from '../notify';
import { useAnswer } from '../ui/answer';
import { type IFace, useFace, useResource } from '../ui/context';
import { ErrorNotice, Loading } from '../ui/notice';
import type { Environment, Job, Snapshot, SnapshotList } from '../wire';
import { FormError } from './field';
import { CheckField } from './form';
import { type IFormProps, showForm } from './formdialog';
import { InUse, usesIn } from './inuse';

/**
 * Show how an environment is protected and what was kept of it, and offer to change both.
 */
export async function showProtection(face: IFace, environment: Environment): Promise<void> {
  const { trans } = face;
  await showForm<true>(face, props => <ProtectionForm {...props} prefix={environment.prefix} />, {
    title: trans.__('Protection of %1', environment.name),
    accept: trans.__('Close'),
    cancel: null,
    wide: true,
    trans
  });
}

function ProtectionForm(props: IFormProps<true> & { prefix: string }): React.JSX.Element | null {
  const { model, trans } = useFace();
  const { bind, prefix } = props;
  const all = useResource(model.environments).value ?? [];
  const jobs = useResource(model.jobs).value ?? [];
  const environment = all.find(each => each.prefix === prefix);
  // A job that ends may have kept another one.
  const key = `${prefix} ${environment?.snapshot_taken ?? ''} ${jobs.map(job => job.state).join()}`;
  const { error, value } = useAnswer(key, () => model.api.snapshots(prefix));
  bind(() => Promise.resolve(true));
  if (!environment) {
    return <p>{trans.__('It is gone.')}</p>;
  }
  return (
    <div className="jp-CIManager-formBody">
      <Protection environment={environment} />
      {error ? (
        <ErrorNotice error={error} />
      ) : value ? (
        <Snapshots environment={environment} list={value} />
      ) : (
        <Loading />
      )}
    </div>
  );
}

/** Whether it is protected and by whom; one's own protection can be given and taken back. */
function Protection({ environment }: { environment: Environment }): React.JSX.Element {
  const { model, trans } = useFace();
  const [busy, setBusy] = React.useState(false);
  const mine = !environment.is_protected || environment.can_unprotect;
  const set = async (protect: boolean, frozen: boolean) => {
    setBusy(true);
    await guarded(trans.__('The protection was not changed.'), trans, async () => {
      await model.api.protectEnvironment(environment.prefix, protect, frozen);
    });
    await model.refreshLocal();
    setBusy(false);
  };
  return (
    <>
      <CheckField
        field="protected"
        label={trans.__('Protected')}
        value={environment.is_protected}
        disabled={!mine || busy}
        onChange={protect => void set(protect, false)}
        help={
          environment.protection_reason ||
          trans.__(
            'A protected environment is not removed and keeps its Python; snapshots are taken of it.'
          )
        }
      />
      <CheckField
        field="frozen"
        label={trans.__('Frozen')}
        value={environment.is_frozen}
        disabled={!mine || busy}
        onChange={frozen => void set(true, frozen)}
        help={trans.__('Packages cannot be changed, not even with conda in a terminal.')}
      />
    </>
  );
}

/** What was kept, how the environment stands to it, and going back. */
function Snapshots(props: { environment: Environment; list: SnapshotList }): React.JSX.Element {
  const { model, trans } = useFace();
  const { environment, list } = props;
  const [asked, setAsked] = React.useState<Snapshot | null>(null);
  const [agreed, setAgreed] = React.useState(false);
  const [error, setError] = React.useState<ApiError | null>(null);
  const [busy, setBusy] = React.useState(false);
  const uses = usesIn(error);
  const work = async (start: () => Promise<Job | void>) => {
    setBusy(true);
    setError(null);
    try {
      const job = await start();
      if (job) {
        model.takeJob(job);
      }
      setAsked(null);
      setAgreed(false);
      await model.refreshLocal();
    } catch (reason) {
      setError(ApiError.from(reason));
    } finally {
      setBusy(false);
    }
  };
  const goBack = (snapshot: Snapshot) =>
    work(() =>
      model.api.restoreEnvironment(
        environment.prefix,
        snapshot.number,
        agreed ? environment.name : undefined
      )
    );
  const working = busy || environment.job_id !== null;
  return (
    <div className="jp-CIManager-field" role="group" aria-label={trans.__('Snapshots')}>
      <span className="jp-CIManager-fieldLabel">{trans.__('Snapshots')}</span>
      {list.outlook && <p>{list.outlook}</p>}
      {list.problems.length > 0 && (
        <ul className="jp-CIManager-uses">
          {list.problems.map(problem => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      {list.snapshots.length > 0 ? (
        <ul className="jp-CIManager-snapshots">
          {list.snapshots.map(snapshot => (
            <li key={snapshot.number}>
              <span>{longTime(new Date(snapshot.taken * 1000))}</span>
              <span className="jp-CIManager-about">
                {trans._n('%1 package', '%1 packages', snapshot.package_count)}
              </span>
              <button
                type="button"
                className="jp-CIManager-button"
                disabled={working}
                aria-label={trans.__('Go back to %1…', longTime(new Date(snapshot.taken * 1000)))}
                onClick={() => setAsked(asked === snapshot ? null : snapshot)}
              >
                {trans.__('Go back…')}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="jp-CIManager-about">{trans.__('There is no snapshot yet.')}</p>
      )}
      {asked && (
        <div className="jp-CIManager-notice" data-kind="warning" role="alert">
          <strong>
            {trans.__(
              'Everything in it will be as it was at %1.',
              longTime(new Date(asked.taken * 1000))
            )}
          </strong>
          <div>{trans.__('What was installed or changed since then is lost.')}</div>
          <div className="jp-CIManager-rowOfButtons">
            <button
              type="button"
              className="jp-CIManager-button"
              disabled={working || (uses !== null && !agreed)}
              onClick={() => void goBack(asked)}
            >
              {trans.__('Go back')}
            </button>
            <button type="button" className="jp-CIManager-button" onClick={() => setAsked(null)}>
              {trans.__('Cancel')}
            </button>
          </div>
        </div>
      )}
      {uses ? (
        <InUse
          uses={uses}
          agreed={agreed}
          onAgree={setAgreed}
          label={trans.__('Go back all the same')}
        />
      ) : (
        <FormError error={error} />
      )}
      <div className="jp-CIManager-rowOfButtons">
        <button
          type="button"
          className="jp-CIManager-button"
          disabled={working || list.state === 'impossible'}
          onClick={() =>
            void work(() => model.api.takeSnapshot(environment.prefix, list.state === 'replaced'))
          }
        >
          {trans.__('Take a snapshot')}
        </button>
        {list.snapshots.length > 0 && !environment.is_protected && (
          <button
            type="button"
            className="jp-CIManager-button"
            disabled={working}
            onClick={() => void work(() => model.api.discardSnapshots(environment.prefix))}
          >
            {trans.__('Remove all snapshots')}
          </button>
        )}
        {environment.job_id && <span role="status">{trans.__('A job is working on it.')}</span>}
      </div>
    </div>
  );
}
