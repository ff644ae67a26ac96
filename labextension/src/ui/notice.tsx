import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { type ApiError, headline } from '../errors';
import { duration } from '../model/format';
import { useFace, useNow } from './context';
import { useReason } from './reason';
import { Skeleton } from './skeleton';

/** What a notice says and offers. */
export interface INoticeProps {
  kind: 'info' | 'warning' | 'error' | 'empty';
  title: string;
  /** Read it aloud at once, whatever is being read. */
  alert?: boolean;
  children?: React.ReactNode;
  /** Said quietly below: it may change every minute and is not read aloud each time. */
  footer?: React.ReactNode;
  actions?: { label: string; run: () => void; primary?: boolean; reason?: string }[];
}

/** A quiet box that says what is the matter and offers the next step. */
export function Notice(props: INoticeProps): React.JSX.Element {
  const { actions = [], children, footer } = props;
  return (
    <div className="jp-CIManager-notice" data-kind={props.kind}>
      <div role={props.alert || props.kind === 'error' ? 'alert' : 'status'}>
        <strong>{props.title}</strong>
        {children && <div className="jp-CIManager-noticeBody">{children}</div>}
      </div>
      {footer && <div className="jp-CIManager-noticeFooter">{footer}</div>}
      {actions.length > 0 && (
        <div className="jp-CIManager-noticeActions">
          {actions.map(action => (
            <ActionButton
              key={action.label}
              className={action.primary ? 'jp-mod-accept' : ''}
              reason={action.reason}
              run={action.run}
            >
              {action.label}
            </ActionButton>
          ))}
        </div>
      )}
    </div>
  );
}

/** What a button needs that may be off. */
export interface IActionButtonProps {
  run: () => void;
  children: React.ReactNode;
  className?: string;
  /** What it is called where its words alone do not say it. */
  label?: string;
  /** Why it cannot be done now: shown when it has the pointer or the focus, and read aloud. */
  reason?: string;
  tabIndex?: number;
}

/** A button that says why when it cannot be used. */
export function ActionButton(props: IActionButtonProps): React.JSX.Element {
  const { children, className = '', reason, run, tabIndex } = props;
  // The reason describes the button; it is no part of its name.
  const label = props.label ?? (reason && typeof children === 'string' ? children : undefined);
  const { bind, words } = useReason(reason);
  return (
    <button
      type="button"
      className={`jp-CIManager-button ${className}`}
      tabIndex={tabIndex}
      aria-label={label}
      title={reason ? undefined : label}
      onClick={event => {
        event.stopPropagation();
        if (!reason) {
          run();
        }
      }}
      {...bind}
    >
      {children}
      {words}
    </button>
  );
}

/** What an error's notice needs. */
export interface IErrorNoticeProps {
  error: ApiError;
  retry?: () => void;
  /** What happened, where the error's own headline says less. */
  title?: string;
  /**
   * When what is still shown was read, in milliseconds since the epoch. The notice is small then,
   * for what is shown has to be seen.
   */
  shownFrom?: number | null;
}

/** An error: what happened, what to do, the server's own words behind "Details". */
export function ErrorNotice(props: IErrorNoticeProps): React.JSX.Element {
  const { trans } = useFace();
  const { error, retry, shownFrom } = props;
  const title = props.title ?? headline(error.code, trans);
  const facts = error.info.details ?? {};
  const words = (
    <>
      {error.message !== title && <div>{error.message}</div>}
      {error.hint && <div>{error.hint}</div>}
    </>
  );
  const verbatim = Object.keys(facts).length > 0 && <pre>{JSON.stringify(facts, null, 2)}</pre>;
  const wait = error.info.retry_after;
  return (
    <Notice
      kind={shownFrom ? 'warning' : 'error'}
      title={title}
      alert
      actions={retry ? [{ label: trans.__('Try again'), run: retry }] : []}
      footer={
        <>
          {shownFrom ? <Age since={shownFrom} /> : null}
          {wait ? <Wait seconds={wait} key={error.message} /> : null}
        </>
      }
    >
      {!shownFrom && words}
      {(shownFrom || verbatim) && (
        <details>
          <summary>{trans.__('Details')}</summary>
          {shownFrom && words}
          {verbatim}
        </details>
      )}
    </Notice>
  );
}

/** How old what is shown is. */
function Age({ since }: { since: number }): React.JSX.Element {
  const { trans } = useFace();
  const seconds = (useNow(10_000) - since) / 1000;
  return (
    <div>
      {seconds < 60
        ? trans.__('Shown as it was less than a minute ago.')
        : trans.__('Shown as it was %1 ago.', duration(seconds, trans))}
    </div>
  );
}

/** How long Azure asked to wait. */
function Wait({ seconds }: { seconds: number }): React.JSX.Element | null {
  const { trans } = useFace();
  const [end] = React.useState(() => Date.now() + seconds * 1000);
  const left = (end - useNow(1_000)) / 1000;
  return left > 0 ? (
    <div>{trans.__('It is asked again by itself in %1.', duration(left, trans))}</div>
  ) : null;
}

/** Grey lines where a list will be; words when it takes long. */
export function Loading({ slow }: { slow?: string }): React.JSX.Element {
  const { trans } = useFace();
  const [begun] = React.useState(Date.now);
  const late = useNow(slow ? 2_000 : 0) - begun > 4_000;
  return <Skeleton label={trans.__('Loading')}>{slow && late && <div>{slow}</div>}</Skeleton>;
}

/** A button that only shows an icon; what it is called is its tooltip. */
export function IconButton(props: {
  label: string;
  icon: LabIcon;
  onClick: () => void;
  /** Why it cannot be used now. */
  reason?: string;
  tabIndex?: number;
}): React.JSX.Element {
  const { label, reason } = props;
  const { bind, words } = useReason(reason);
  return (
    <button
      type="button"
      className="jp-CIManager-iconButton"
      aria-label={label}
      title={reason ? undefined : label}
      tabIndex={props.tabIndex}
      onClick={event => {
        event.stopPropagation();
        if (!reason) {
          props.onClick();
        }
      }}
      {...bind}
    >
      <props.icon.react tag="span" aria-hidden="true" />
      {words}
    </button>
  );
}
