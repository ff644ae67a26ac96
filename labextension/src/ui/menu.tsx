import { ellipsesIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { createPortal } from 'react-dom';

/** One thing a menu offers. */
export interface IMenuEntry {
  label: string;
  run: () => void;
  /** Why it cannot be done now; it stays readable but does nothing. */
  reason?: string;
  /** What to know beforehand of what can be tried. */
  note?: string;
  /** Whether it is the present choice, for entries that are one of several. */
  checked?: boolean;
  /** Draw a line above it. */
  separated?: boolean;
  /** It destroys something. */
  danger?: boolean;
}

/** What a menu button needs. */
export interface IMenuButtonProps {
  label: string;
  entries: () => IMenuEntry[];
  tabIndex?: number;
  /** What the button shows; without it, three dots. */
  children?: React.ReactNode;
  className?: string;
  /** Facts above the entries. */
  facts?: string[];
}

/**
 * A button that opens a menu whose entries say why they are not possible, to everybody: entries
 * that are off can still be reached with the keyboard, so that their reason is read aloud.
 */
export function MenuButton(props: IMenuButtonProps): React.JSX.Element {
  const button = React.useRef<HTMLButtonElement>(null);
  const [entries, setEntries] = React.useState<IMenuEntry[] | null>(null);
  const close = React.useCallback((refocus: boolean) => {
    setEntries(null);
    if (refocus) {
      button.current?.focus();
    }
  }, []);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={props.className ?? 'jp-CIManager-iconButton'}
        aria-haspopup="menu"
        aria-expanded={entries !== null}
        aria-label={props.label}
        title={props.label}
        tabIndex={props.tabIndex}
        onClick={event => {
          event.stopPropagation();
          // The second click of a double click does not take back what the first one opened.
          if (entries === null || event.detail < 2) {
            setEntries(entries === null ? props.entries() : null);
          }
        }}
      >
        {props.children ?? <ellipsesIcon.react tag="span" aria-hidden="true" />}
      </button>
      {entries !== null && button.current && (
        <Menu
          label={props.label}
          entries={entries}
          facts={props.facts ?? []}
          anchor={button.current}
          close={close}
        />
      )}
    </>
  );
}

const ITEMS = '.jp-CIManager-menuItem';

interface IMenuProps {
  label: string;
  entries: IMenuEntry[];
  facts: string[];
  anchor: HTMLElement;
  close: (refocus: boolean) => void;
}

function Menu({ label, entries, facts, anchor, close }: IMenuProps): React.JSX.Element {
  const menu = React.useRef<HTMLDivElement>(null);
  const [place, setPlace] = React.useState<React.CSSProperties>({ visibility: 'hidden' });
  const id = React.useId();

  React.useLayoutEffect(() => {
    const node = menu.current as HTMLDivElement;
    const from = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = node;
    const below = from.bottom + height <= window.innerHeight;
    setPlace({
      left: Math.max(4, Math.min(from.right - width, window.innerWidth - width - 4)),
      top: below ? from.bottom : Math.max(4, from.top - height)
    });
    const outside = (event: Event) => {
      if (!node.contains(event.target as Node) && !anchor.contains(event.target as Node)) {
        close(false);
      }
    };
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('blur', outside);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('blur', outside);
    };
  }, [anchor, close]);

  const shown = place.left !== undefined;
  React.useEffect(() => {
    if (shown) {
      menu.current?.querySelector<HTMLElement>(ITEMS)?.focus();
    }
  }, [shown]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const goals: Record<string, number> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1
    };
    if (event.key in goals) {
      items[goals[event.key]].focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      close(true);
    } else if (event.key.length === 1 && event.key !== ' ') {
      const letter = event.key.toLowerCase();
      const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      order.find(item => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return createPortal(
    <div className="jp-ThemedContainer">
      <div
        ref={menu}
        className="jp-CIManager-menu"
        role="menu"
        aria-label={label}
        aria-describedby={facts.length > 0 ? `${id}-facts` : undefined}
        tabIndex={-1}
        style={place}
        onKeyDown={onKeyDown}
      >
        {facts.length > 0 && (
          <div id={`${id}-facts`} className="jp-CIManager-menuFacts">
            {facts.map(fact => (
              <div key={fact}>{fact}</div>
            ))}
          </div>
        )}
        {entries.map((entry, index) => (
          <React.Fragment key={entry.label}>
            {entry.separated && <div role="separator" className="jp-CIManager-menuLine" />}
            <button
              type="button"
              role={entry.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={entry.checked}
              tabIndex={-1}
              className="jp-CIManager-menuItem"
              data-danger={entry.danger ?? false}
              aria-disabled={entry.reason ? true : undefined}
              aria-describedby={entry.reason || entry.note ? `${id}-${index}` : undefined}
              onClick={event => {
                event.stopPropagation();
                if (!entry.reason) {
                  close(true);
                  entry.run();
                }
              }}
            >
              {entry.label}
              {(entry.reason || entry.note) && (
                <span id={`${id}-${index}`} className="jp-CIManager-menuReason">
                  {entry.reason || entry.note}
                </span>
              )}
            </button>
          </React.Fragment>
        ))}
      </div>
    </div>,
    document.body
  );
}
