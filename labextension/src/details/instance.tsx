import { Clipboard } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { reasonOf } from '../errors';
import { duration, money, pricePerHour, secondsSince, shortSize } from '../model/format';
import { kindOf } from '../model/states';
import { stateWord } from '../model/words';
import { ownerOf } from '../model/view';
import { instanceMenu } from '../sections/instancerow';
import { FaceProvider, type IFace, useFace, useNow, useResource, useRun } from '../ui/context';
import { Loading, Notice } from '../ui/notice';
import { StateIcon } from '../ui/stateicon';
import type { ComputeInstance, InstanceError } from '../wire';
import { IdleShutdown } from './idle';
import { Schedules } from './schedules';

/** What the tab about one instance shows. */
export function instanceDetails(face: IFace, name: string): ReactWidget {
  const content = ReactWidget.create(
    <FaceProvider value={face}>
      <InstanceDetails name={name} />
    </FaceProvider>
  );
  content.addClass('jp-CIManager');
  content.addClass('jp-CIManager-details');
  return content;
}

/** Everything about one instance. */
function InstanceDetails({ name }: { name: string }): React.JSX.Element {
  const { model, trans } = useFace();
  const { value, error } = useResource(model.instances);
  React.useEffect(() => {
    const watch = model.watch();
    return () => watch.dispose();
  }, [model]);
  const instance = value?.instances.find(each => each.name === name);
  if (!instance) {
    return value ? (
      <Notice kind="info" title={trans.__('%1 is gone', name)}>
        {trans.__('It was deleted, or another workspace was chosen.')}
      </Notice>
    ) : error ? (
      <Notice kind="error" title={error.message} />
    ) : (
      <Loading />
    );
  }
  return (
    <>
      <h1>
        <StateIcon kind={kindOf(instance)} />
        {instance.name}
        <span className="jp-CIManager-state">{stateWord(instance.state, trans)}</span>
      </h1>
      <Actions instance={instance} />
      {instance.advice && <Notice kind="info" title={instance.advice} />}
      <Errors instance={instance} />
      <Overview instance={instance} />
      <Connectivity instance={instance} />
      <h2>{trans.__('Automatic stop')}</h2>
      <IdleShutdown instance={instance} />
      <Schedules instance={instance} />
    </>
  );
}

function Actions({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const id = React.useId();
  const entries = instanceMenu(instance, trans, run).slice(1);
  return (
    <div className="jp-CIManager-detailActions">
      {entries.map((entry, index) => (
        <button
          key={entry.label}
          type="button"
          className="jp-CIManager-button"
          aria-disabled={entry.reason ? true : undefined}
          aria-describedby={entry.reason ? `${id}-${index}` : undefined}
          title={entry.reason || entry.label}
          onClick={() => {
            if (!entry.reason) {
              entry.run();
            }
          }}
        >
          {entry.label}
          {entry.reason && (
            <span id={`${id}-${index}`} className="jp-CIManager-hidden">
              {entry.reason}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

function Errors({ instance }: { instance: ComputeInstance }): React.JSX.Element | null {
  const { trans } = useFace();
  if (instance.errors.length === 0) {
    return null;
  }
  const verbatim = (error: InstanceError) =>
    [
      error.code,
      error.message,
      ...Object.entries(error.details).map(([k, v]) => `${k}: ${text(v)}`)
    ]
      .filter(Boolean)
      .join('\n');
  return (
    <section aria-label={trans.__('What went wrong')}>
      <h2>{trans.__('What went wrong')}</h2>
      {instance.errors.map(error => (
        <Notice
          key={verbatim(error)}
          kind="error"
          title={error.explanation || error.message}
          actions={[
            {
              label: trans.__('Copy'),
              run: () => Clipboard.copyToSystem(verbatim(error))
            }
          ]}
        >
          <pre>{verbatim(error)}</pre>
        </Notice>
      ))}
    </section>
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function Overview({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const now = useNow(30_000);
  const running = secondsSince(instance.running_since, now);
  const last = instance.last_operation;
  const date = (time: string | null) => (time ? new Date(time).toLocaleString() : '');
  const facts: [string, React.ReactNode][] = [
    [trans.__('Size'), shortSize(instance.vm_size)],
    [
      trans.__('Price'),
      instance.price_per_hour === null
        ? ''
        : trans.__('%1, an estimate from list prices', pricePerHour(instance.price_per_hour, trans))
    ],
    [trans.__('Running since'), running === null ? '' : duration(running, trans)],
    [
      trans.__('Cost since start'),
      instance.cost_since_start === null
        ? ''
        : trans.__('about %1', money(instance.cost_since_start))
    ],
    [trans.__('Region'), instance.location],
    [trans.__('Owner'), ownerOf(instance)],
    [trans.__('Created'), date(instance.created_on)],
    [
      trans.__('Last operation'),
      last
        ? [last.name, last.status, last.trigger, date(last.time)].filter(Boolean).join(' · ')
        : ''
    ],
    [
      trans.__('Image'),
      instance.image?.current
        ? instance.image.is_latest === false
          ? trans.__(
              '%1 (there is a newer one: %2)',
              instance.image.current,
              instance.image.latest ?? ''
            )
          : instance.image.current
        : ''
    ],
    [trans.__('Description'), instance.description],
    [
      trans.__('Tags'),
      Object.entries(instance.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')
    ]
  ];
  return <Facts facts={facts} />;
}

function Connectivity({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const open = instance.actions['open'];
  const reason = reasonOf(open, trans);
  // It runs but does not answer yet, say: the links stay, with a word about it.
  const doubt = open?.allowed === 'unknown' ? open.reason : '';
  const facts: [string, React.ReactNode][] = [
    [
      trans.__('Applications'),
      instance.applications.length > 0 && !reason ? (
        <>
          {instance.applications.map(application => (
            <div key={application.url}>
              <a href={application.url} target="_blank" rel="noopener noreferrer">
                {application.name}
              </a>
            </div>
          ))}
          {doubt && <div className="jp-CIManager-about">{doubt}</div>}
        </>
      ) : (
        reason
      )
    ],
    [
      trans.__('SSH'),
      instance.ssh.command ? (
        <>
          <code>{instance.ssh.command}</code>{' '}
          <button
            type="button"
            className="jp-CIManager-button"
            onClick={() => run(CommandIDs.copySsh, { name: instance.name })}
          >
            {trans.__('Copy')}
          </button>
        </>
      ) : (
        reasonOf(instance.actions['ssh'], trans)
      )
    ],
    [trans.__('Public address'), instance.public_ip],
    [trans.__('Private address'), instance.private_ip],
    [trans.__('Subnet'), instance.subnet],
    [
      trans.__('Studio'),
      instance.studio_url ? (
        <a href={instance.studio_url} target="_blank" rel="noopener noreferrer">
          {trans.__('Open in Azure Machine Learning studio')}
        </a>
      ) : null
    ]
  ];
  return (
    <>
      <h2>{trans.__('Connectivity')}</h2>
      <Facts facts={facts} />
    </>
  );
}

function Facts({ facts }: { facts: [string, React.ReactNode][] }): React.JSX.Element {
  return (
    <dl>
      {facts
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}
