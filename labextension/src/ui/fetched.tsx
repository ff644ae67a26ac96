import React from 'react';
import type { IFace } from './context';
import { Skeleton } from './skeleton';

/** What is fetched, and how it is drawn. */
export interface IFetchedProps<T> {
  face: IFace;
  fetch: () => Promise<T>;
  /** Whether nothing is said while it is awaited and when it could not be had. */
  quiet?: boolean;
  children: (part: T) => React.ReactNode;
}

/**
 * A part of the page whose program is fetched when it is first drawn. Where it cannot be had it says
 * so; it is fetched again when somebody asks for it, and by itself when the server answers. It looks
 * like `Notice`, which is itself of the program that could not be had.
 */
export function Fetched<T>(props: IFetchedProps<T>): React.JSX.Element | null {
  const { model, trans } = props.face;
  const [part, setPart] = React.useState<{ it: T } | null>(null);
  const [failed, setFailed] = React.useState(false);
  const [pressed, setPressed] = React.useState(false);
  const [round, setRound] = React.useState(0);
  const latest = React.useRef(props.fetch);
  latest.current = props.fetch;
  const again = React.useCallback(() => setRound(before => before + 1), []);
  React.useEffect(() => {
    let wanted = true;
    latest.current().then(
      it => wanted && setPart({ it }),
      () => {
        if (wanted) {
          setFailed(true);
          setPressed(false);
        }
      }
    );
    return () => {
      wanted = false;
    };
  }, [round]);
  const waits = failed && !part;
  React.useEffect(() => {
    if (!waits) {
      return;
    }
    const look = () => {
      if (!model.status.state.error && !model.status.state.loading) {
        again();
      }
    };
    model.status.changed.connect(look);
    return () => {
      model.status.changed.disconnect(look);
    };
  }, [again, model, waits]);
  if (part) {
    return <>{props.children(part.it)}</>;
  }
  if (props.quiet) {
    return null;
  }
  if (!failed) {
    return <Skeleton label={trans.__('Loading')} />;
  }
  return (
    <div className="jp-CIManager-notice" data-kind="error">
      <div role="alert">
        <strong>{trans.__('This part of the page could not be loaded.')}</strong>
        <div className="jp-CIManager-noticeBody">
          {trans.__(
            'Is the Jupyter server running? If trying again does not help, reload the page.'
          )}
        </div>
      </div>
      <div className="jp-CIManager-noticeActions">
        <button
          type="button"
          className="jp-CIManager-button"
          aria-busy={pressed}
          onClick={() => {
            setPressed(true);
            again();
            // The other parts try again with the answer.
            void model.refresh();
          }}
        >
          {pressed ? trans.__('Loading') : trans.__('Try again')}
        </button>
      </div>
    </div>
  );
}
