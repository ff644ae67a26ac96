import React from 'react';

const OVERSCAN = 6;

/** What a list needs to know of its lines. */
export interface IVirtualListProps<T> {
  items: readonly T[];
  label: string;
  keyOf: (item: T) => string;
  /** Height of a line in pixels; `wide` when it need not be broken in two. */
  heightOf: (item: T, wide: boolean) => number;
  render: (item: T, wide: boolean, active: boolean) => React.ReactNode;
  /** Enter was pressed, or the line was double-clicked. */
  onOpen?: (item: T) => void;
  /** Delete was pressed on the line. */
  onDelete?: (item: T) => void;
  /** Whether a line can have the focus; headings cannot. */
  canFocus?: (item: T) => boolean;
  /** Titles of the columns, drawn above a list that is wide. */
  header?: React.ReactNode;
  /** Which line shall come into sight: once, as soon as there is one. */
  reveal?: (item: T) => boolean;
  /** From which width on, in pixels, a line need not be broken. */
  wideFrom?: number;
}

const WIDE = 520;
const HEADER = 26;

/**
 * A list of any length that draws only what is in sight. One line has the focus; the arrow keys,
 * Home, End and letters move it, Tab goes on into the line's own buttons.
 */
export function VirtualList<T>(props: IVirtualListProps<T>): React.JSX.Element {
  const { items, keyOf, heightOf, canFocus = () => true } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const [size, setSize] = React.useState({ width: 300, height: 600 });
  const [top, setTop] = React.useState(0);
  const [activeKey, setActiveKey] = React.useState<string | null>(null);
  const wide = size.width >= (props.wideFrom ?? WIDE);
  const head = wide && props.header ? HEADER : 0;

  React.useLayoutEffect(() => {
    const node = host.current;
    if (!node || typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(() => {
      if (node.clientHeight > 0) {
        setSize({ width: node.clientWidth, height: node.clientHeight });
      }
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, []);

  const tops = React.useMemo(() => {
    const sums = [0];
    for (const item of items) {
      sums.push(sums[sums.length - 1] + heightOf(item, wide));
    }
    return sums;
  }, [items, heightOf, wide]);

  const focusable = items.filter(canFocus);
  const activeItem = focusable.find(item => keyOf(item) === activeKey) ?? focusable[0];
  const activeIndex = activeItem === undefined ? -1 : items.indexOf(activeItem);
  const first = Math.max(0, lineAt(tops, top) - OVERSCAN);
  const last = Math.min(items.length - 1, lineAt(tops, top + size.height) + OVERSCAN);
  const indices = range(first, last);
  if (activeIndex >= 0 && (activeIndex < first || activeIndex > last)) {
    indices.push(activeIndex);
  }

  // A button that had the focus may be gone when a state changes: its line gets the focus then,
  // and nobody who works with the keyboard is thrown back to the top of the page.
  const focused = React.useRef<HTMLElement | null>(null);
  React.useLayoutEffect(() => {
    const lost = focused.current !== null && !focused.current.isConnected;
    if (lost && document.activeElement === document.body) {
      host.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus();
    }
  });
  const onBlur = (event: React.FocusEvent) => {
    const to = event.relatedTarget;
    if (to !== null && !to.closest('.jp-Dialog') && !event.currentTarget.contains(to)) {
      focused.current = null;
    }
  };

  const bringIntoSight = (node: HTMLElement, index: number) => {
    const height = tops[index + 1] - tops[index];
    if (tops[index] < node.scrollTop) {
      node.scrollTop = tops[index];
    } else if (tops[index] + height > node.scrollTop + node.clientHeight - head) {
      node.scrollTop = tops[index] + height - node.clientHeight + head;
    }
    setTop(node.scrollTop);
    setActiveKey(keyOf(items[index]));
  };

  const revealed = React.useRef<string | null>(null);
  React.useLayoutEffect(() => {
    const index = props.reveal ? items.findIndex(props.reveal) : -1;
    const key = index < 0 ? null : keyOf(items[index]);
    if (host.current && key !== null && key !== revealed.current) {
      bringIntoSight(host.current, index);
      revealed.current = key;
    }
  });

  const focusLine = (index: number) => {
    const node = host.current;
    if (!node || index < 0 || index >= items.length) {
      return;
    }
    bringIntoSight(node, index);
    requestAnimationFrame(() => {
      node.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
    });
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const onLine = target.getAttribute('role') === 'row';
    const place = focusable.indexOf(activeItem as T);
    const goals: Record<string, number> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      Home: 0,
      End: focusable.length - 1,
      PageDown: Math.min(focusable.length - 1, place + 10),
      PageUp: Math.max(0, place - 10)
    };
    if (event.key in goals && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      focusLine(items.indexOf(focusable[goals[event.key]]));
    } else if (event.key === 'Enter' && onLine && activeItem !== undefined) {
      event.preventDefault();
      props.onOpen?.(activeItem);
    } else if (event.key === 'Delete' && onLine && activeItem !== undefined && props.onDelete) {
      event.preventDefault();
      props.onDelete(activeItem);
    } else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && onLine) {
      event.preventDefault();
      target.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.click();
    }
  };

  return (
    <div
      ref={host}
      className="jp-CIManager-list"
      role="grid"
      tabIndex={-1}
      aria-label={props.label}
      aria-rowcount={items.length + (head ? 1 : 0)}
      onBlur={onBlur}
      onFocus={event => {
        focused.current = event.target;
      }}
      onKeyDown={onKeyDown}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
    >
      {head > 0 && (
        <div className="jp-CIManager-line jp-CIManager-columns" role="row" aria-rowindex={1}>
          {props.header}
        </div>
      )}
      <div
        className="jp-CIManager-listContent"
        role="presentation"
        style={{ height: tops[items.length] }}
      >
        {indices.map(index => {
          const item = items[index];
          const active = index === activeIndex;
          return (
            <div
              key={keyOf(item)}
              className="jp-CIManager-line"
              role="row"
              aria-rowindex={index + (head ? 2 : 1)}
              data-index={index}
              data-wide={wide}
              data-columns={head > 0}
              tabIndex={active ? 0 : -1}
              style={{ top: tops[index], height: tops[index + 1] - tops[index] }}
              onFocus={() => canFocus(item) && setActiveKey(keyOf(item))}
              onContextMenu={event => {
                const menu =
                  event.currentTarget.querySelector<HTMLElement>('[aria-haspopup="menu"]');
                // With Shift the browser's own menu comes, as everywhere in JupyterLab.
                if (menu && !event.shiftKey) {
                  event.preventDefault();
                  event.stopPropagation();
                  menu.click();
                }
              }}
              onDoubleClick={event => {
                // Whoever hurries with a button of the line means the button.
                if (!(event.target as HTMLElement).closest('button')) {
                  props.onOpen?.(item);
                }
              }}
            >
              {props.render(item, wide, active)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function lineAt(tops: number[], offset: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle + 1] <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
