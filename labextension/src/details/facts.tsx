import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { useFace } from '../ui/context';

/** What something is called, and what it is; a fact without a value is not shown. */
export type Fact = [label: string, value: React.ReactNode];

/** Facts, as a list of terms and descriptions. */
export function Facts({ facts }: { facts: readonly Fact[] }): React.JSX.Element {
  return (
    <dl>
      {facts
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A part of the tab, with its heading. */
export function Part(props: { title: string; children: React.ReactNode }): React.JSX.Element {
  const id = React.useId();
  return (
    <section aria-labelledby={id} className="jp-CIManager-part">
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** A button that copies a text and says so. */
export function CopyButton(props: { text: string; label: string }): React.JSX.Element {
  const { trans } = useFace();
  const [copied, setCopied] = React.useState(false);
  return (
    <button
      type="button"
      className="jp-CIManager-button"
      aria-label={props.label}
      onBlur={() => setCopied(false)}
      onClick={() => {
        Clipboard.copyToSystem(props.text);
        setCopied(true);
      }}
    >
      {copied ? trans.__('Copied') : trans.__('Copy')}
    </button>
  );
}

/** A link to a page outside of JupyterLab. */
export function OutsideLink(props: { url: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <a href={props.url} target="_blank" rel="noopener noreferrer">
      {props.children}
    </a>
  );
}
