import React from 'react';
import type { StateKind } from '../model/states';

/** The shape of a state: ring, disc, circle or sign; the word beside it says the same. */
export function StateIcon(props: { kind: StateKind }): React.JSX.Element {
  const signs: Partial<Record<StateKind, string>> = { failed: '!', unknown: '?' };
  return (
    <span className="jp-CIManager-stateIcon" data-kind={props.kind} aria-hidden="true">
      {signs[props.kind]}
    </span>
  );
}
