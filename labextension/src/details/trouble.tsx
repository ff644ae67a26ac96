import React from 'react';
import { duration, secondsSince } from '../model/format';
import { kindOf } from '../model/states';
import { useFace, useAzureNow } from '../ui/context';
import { Notice } from '../ui/notice';
import type { ComputeInstance, InstanceError } from '../wire';
import { CopyButton, OutsideLink } from './facts';

/**
 * What is wrong or takes long, in plain words, with the next steps; below it what Azure said,
 * word by word.
 */
export function Trouble({ instance }: { instance: ComputeInstance }): React.JSX.Element | null {
  const { trans } = useFace();
  const kind = kindOf(instance);
  const bad = kind === 'failed' || kind === 'unknown';
  const { advice, errors } = instance;
  const [first] = errors;
  // What an error means says more than what its state does, and nearly the same.
  const lead = first?.explanation || advice || (first ? trans.__('Azure reports an error.') : '');
  const log = instance.setup?.state === 'failed' ? instance.setup.log_url : null;
  const content = (
    <>
      {lead && (
        <Notice kind={bad ? 'error' : 'warning'} title={lead}>
          {log && <OutsideLink url={log}>{trans.__('Their log in the studio')}</OutsideLink>}
        </Notice>
      )}
      {errors.map(error => (
        <div key={verbatim(error)} className="jp-CIManager-said">
          {error.explanation && error.explanation !== lead && <p>{error.explanation}</p>}
          <pre>{verbatim(error)}</pre>
          <CopyButton text={verbatim(error)} label={trans.__('Copy what Azure said')} />
        </div>
      ))}
    </>
  );
  return (
    <>
      {kind === 'transition' && <InTransition instance={instance} />}
      {errors.length > 0 ? (
        <section aria-label={trans.__('What went wrong')}>{content}</section>
      ) : (
        content
      )}
      {!instance.is_complete && (
        <Notice
          kind="warning"
          title={trans.__('Azure told only a part of it: what is missing here is not known.')}
        />
      )}
    </>
  );
}

/** What Azure is doing, and for how long. */
function InTransition({ instance }: { instance: ComputeInstance }): React.JSX.Element | null {
  const { trans } = useFace();
  const now = useAzureNow(5_000);
  const seconds = secondsSince(instance.state_since, now);
  return seconds === null ? null : (
    <p className="jp-CIManager-reason" role="status">
      {trans.__('For %1 now. This page shows it when it is done.', duration(seconds, trans))}
    </p>
  );
}

/** Azure's own words; what its details only repeat is left out. */
function verbatim(error: InstanceError): string {
  const details = Object.entries(error.details).filter(([, value]) => {
    const inner = value as Partial<InstanceError> | null;
    return !(inner?.code === error.code && inner?.message === error.message);
  });
  return [error.code, error.message, ...details.map(([key, value]) => `${key}: ${text(value)}`)]
    .filter(Boolean)
    .join('\n');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
