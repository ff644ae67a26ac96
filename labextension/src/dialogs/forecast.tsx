import React from 'react';
import { bytes } from '../model/format';
import type { IAnswer } from '../ui/answer';
import { useFace } from '../ui/context';
import { Problem } from './field';
import type { PackageChange, Preview } from '../wire';

/** What would be downloaded and stored, solved by the server while one still types. */
export function Forecast(props: {
  answer: IAnswer<Preview>;
  /** Whether anything is asked. */
  asked: boolean;
  /** Whether the error is said elsewhere, at its field. */
  told: boolean;
}): React.JSX.Element {
  const { trans } = useFace();
  const { answer, asked, told } = props;
  const { current, error, value } = answer;
  if (!asked) {
    return <div className="jp-CIManager-formFoot" role="status" />;
  }
  const problems = (value?.problems ?? []).map(problem =>
    [problem['message'], problem['hint']].filter(Boolean).join(' ')
  );
  return (
    <div
      className="jp-CIManager-formFoot"
      role="status"
      data-error={current && error !== null}
      data-busy={!current}
    >
      {!current ? (
        trans.__('Looking for packages that fit together…')
      ) : error ? (
        told ? (
          ''
        ) : (
          <Problem error={error} />
        )
      ) : value ? (
        <>
          <strong>
            {trans._n(
              '%1 package, %2 to download, %3 on the disk (%4 free).',
              '%1 packages, %2 to download, %3 on the disk (%4 free).',
              value.changes.length,
              bytes(value.download_bytes),
              bytes(value.disk_bytes),
              bytes(value.free_bytes)
            )}
          </strong>
          {problems.map(problem => (
            <div key={problem} className="jp-CIManager-problem">
              {problem}
            </div>
          ))}
        </>
      ) : (
        ''
      )}
    </div>
  );
}

/** Packages and what becomes of them, a line each. */
export function Changes({ changes }: { changes: readonly PackageChange[] }): React.JSX.Element {
  const { trans } = useFace();
  const kind = (change: PackageChange) =>
    change.before === null ? 'new' : change.after === null ? 'gone' : 'changed';
  const words = {
    new: trans.__('new'),
    gone: trans.__('removed'),
    changed: trans.__('changed')
  };
  return (
    <ul className="jp-CIManager-changes">
      {changes.map(change => (
        <li key={`${change.name} ${change.after ?? ''}`} data-kind={kind(change)}>
          <span className="jp-CIManager-changeKind">{words[kind(change)]}</span>
          <span className="jp-CIManager-changeName">{change.name}</span>
          <span>
            {change.before !== null && change.after !== null
              ? `${change.before} → ${change.after}`
              : (change.after ?? change.before)}
          </span>
          <span className="jp-CIManager-changeSize">
            {change.size_bytes ? bytes(change.size_bytes) : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
