import React from 'react';
import { createPortal } from 'react-dom';

const WIDTH = 240;

/** What makes a button say why it is off. */
export interface IReason {
  /** For the button. */
  bind: React.ButtonHTMLAttributes<HTMLButtonElement>;
  /** For inside the button. */
  words: React.ReactNode;
}

/**
 * Say why a button is off: on hover and on focus to those who see, always to screen readers. Such a
 * button keeps its place in the order of Tab, and Escape takes the words away.
 *
 * @param reason - Why it is off; empty for a button that can be used.
 */
export function useReason(reason: string | undefined): IReason {
  const id = React.useId();
  const [anchor, setAnchor] = React.useState<HTMLElement | null>(null);
  if (!reason) {
    return { bind: {}, words: null };
  }
  const show = (event: React.SyntheticEvent<HTMLElement>) => setAnchor(event.currentTarget);
  const hide = () => setAnchor(null);
  return {
    bind: {
      'aria-disabled': true,
      'aria-describedby': id,
      onPointerEnter: show,
      onPointerLeave: hide,
      onFocus: show,
      onBlur: hide,
      onKeyDown: event => {
        if (event.key === 'Escape') {
          hide();
        }
      }
    },
    words: (
      <>
        <span id={id} className="jp-CIManager-hidden">
          {reason}
        </span>
        {anchor && <Tooltip anchor={anchor}>{reason}</Tooltip>}
      </>
    )
  };
}

function Tooltip(props: { anchor: HTMLElement; children: string }): React.ReactPortal {
  const from = props.anchor.getBoundingClientRect();
  const below = from.bottom < window.innerHeight - 100;
  return createPortal(
    <div className="jp-ThemedContainer">
      <div
        className="jp-CIManager-tooltip"
        aria-hidden="true"
        style={{
          maxWidth: WIDTH,
          right: Math.max(
            4,
            Math.min(window.innerWidth - from.right, window.innerWidth - WIDTH - 4)
          ),
          ...(below ? { top: from.bottom + 2 } : { bottom: window.innerHeight - from.top + 2 })
        }}
      >
        {props.children}
      </div>
    </div>,
    document.body
  );
}
