import { refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { type ApiError, headline } from '../errors';
import { useFace } from './context';

/** What a notice says and offers. */
export interface INoticeProps {
  kind: 'info' | 'warning' | 'error' | 'empty';
  title: string;
  children?: React.ReactNode;
  actions?: { label: string; run: () => void; primary?: boolean }[];
}

/** A quiet box that says what is the matter and offers the next step. */
export function Notice(props: INoticeProps): React.JSX.Element {
  return (
    <div
      className="jp-CIManager-notice"
      data-kind={props.kind}
      role={props.kind === 'error' ? 'alert' : 'status'}
    >
      <strong>{props.title}</strong>
      {props.children && <div className="jp-CIManager-noticeBody">{props.children}</div>}
      {props.actions && props.actions.length > 0 && (
        <div className="jp-CIManager-noticeActions">
          {props.actions.map(action => (
            <button
              key={action.label}
              type="button"
              className={`jp-CIManager-button${action.primary ? ' jp-mod-accept' : ''}`}
              onClick={action.run}
            >
              {action.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** An error: what happened, what to do, the server's own words behind "Details". */
export function ErrorNotice(props: { error: ApiError; retry?: () => void }): React.JSX.Element {
  const { trans } = useFace();
  const { error, retry } = props;
  const details = error.info.details ?? {};
  return (
    <Notice
      kind="error"
      title={headline(error.code, trans)}
      actions={retry ? [{ label: trans.__('Try again'), run: retry }] : []}
    >
      <div>{error.message}</div>
      {error.hint && <div>{error.hint}</div>}
      {Object.keys(details).length > 0 && (
        <details>
          <summary>{trans.__('Details')}</summary>
          <pre>{JSON.stringify(details, null, 2)}</pre>
        </details>
      )}
    </Notice>
  );
}

/** Grey lines where a list will be. */
export function Loading(): React.JSX.Element {
  const { trans } = useFace();
  return (
    <div className="jp-CIManager-loading" role="status" aria-label={trans.__('Loading')}>
      <span />
      <span />
      <span />
    </div>
  );
}

/** A button that only shows an icon. */
export function IconButton(props: {
  label: string;
  icon: typeof refreshIcon;
  onClick: () => void;
  tabIndex?: number;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="jp-CIManager-iconButton"
      aria-label={props.label}
      title={props.label}
      tabIndex={props.tabIndex}
      onClick={event => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      <props.icon.react tag="span" aria-hidden="true" />
    </button>
  );
}
