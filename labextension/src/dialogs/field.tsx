import React from 'react';
import { type ApiError, headline } from '../errors';
import { useFace } from '../ui/context';

/** What stands around one input of a form. */
export interface IFieldProps {
  label: string;
  /** What the field means or what is right about its value. */
  help?: React.ReactNode;
  /** What is wrong with its value. */
  error?: React.ReactNode;
  children: (props: IInputProps) => React.ReactNode;
}

/** What ties an input to its label and to what is said about it. */
export interface IInputProps {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
}

/** A label, an input, and what is to be said about it, tied together for screen readers. */
export function Field(props: IFieldProps): React.JSX.Element {
  const id = React.useId();
  const { error, help } = props;
  return (
    <div className="jp-CIManager-field" data-error={Boolean(error)}>
      <label htmlFor={id}>{props.label}</label>
      {props.children({
        id,
        'aria-describedby': `${id}-about`,
        'aria-invalid': Boolean(error)
      })}
      <div id={`${id}-about`} className="jp-CIManager-about" aria-live="polite">
        {error || help}
      </div>
    </div>
  );
}

/**
 * What is wrong, in the server's words: its first line and what to do, with what a solver says of
 * it folded away.
 */
export function Problem({ error }: { error: ApiError }): React.JSX.Element {
  const { trans } = useFace();
  const [said, ...rest] = error.message.split('\n');
  const log = error.info.details?.['log'];
  const more = [rest.join('\n').trim(), typeof log === 'string' ? log.trim() : '']
    .filter(Boolean)
    .join('\n');
  return (
    <>
      {[rest.length > 0 ? said.replace(/:$/, '.') : said, error.hint].filter(Boolean).join(' ')}
      {more && (
        <details className="jp-CIManager-solver">
          <summary>{trans.__('Details')}</summary>
          <pre>{more}</pre>
        </details>
      )}
    </>
  );
}

/** What went wrong with the whole form, with the server's own words. */
export function FormError({ error }: { error: ApiError | null }): React.JSX.Element | null {
  const { trans } = useFace();
  if (!error) {
    return null;
  }
  return (
    <div className="jp-CIManager-notice" data-kind="error" role="alert">
      <strong>{headline(error.code, trans)}</strong>
      <div>{error.message}</div>
      {error.hint && <div>{error.hint}</div>}
    </div>
  );
}
