import React from 'react';

/** How long nothing is drawn, in milliseconds: what comes sooner needs no sign that it is coming. */
const PATIENCE = 200;

// One that takes the place of another goes on where that was, so that nothing flashes.
let mounted = 0;
let since = 0;

/** Grey lines where a list will be. */
export function Skeleton(props: { label: string; children?: React.ReactNode }): React.JSX.Element {
  const [delay] = React.useState(() => {
    const now = performance.now();
    since = mounted > 0 ? since : now;
    return PATIENCE - (now - since);
  });
  React.useLayoutEffect(() => {
    mounted++;
    return () => {
      mounted--;
    };
  }, []);
  return (
    <div
      className="jp-CIManager-loading"
      role="status"
      aria-label={props.label}
      style={{ animationDelay: `${Math.round(delay)}ms` }}
    >
      <span />
      <span />
      <span />
      {props.children}
    </div>
  );
}
