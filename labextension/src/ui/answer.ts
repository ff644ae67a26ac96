import React from 'react';
import { ApiError } from '../errors';

/** What the server says to a question that changes while somebody types. */
export interface IAnswer<T> {
  /** The last answer; it may be to an earlier question while `current` is false. */
  value: T | null;
  error: ApiError | null;
  /** Whether answer and error are to the question as it stands. */
  current: boolean;
}

const NOTHING = { key: null, value: null, error: null };

/**
 * Ask the server when a question has rested for a while; the answer to one that is no longer asked
 * is dropped, and the one before stays in sight until then.
 *
 * @param key - The question as text; `null` when there is none.
 * @param ask - Asks it; called once for each question.
 * @param rest - Milliseconds that the question must stay as it is.
 */
export function useAnswer<T>(
  key: string | null,
  ask: (key: string) => Promise<T>,
  rest = 0
): IAnswer<T> {
  const [known, setKnown] = React.useState<{
    key: string | null;
    value: T | null;
    error: ApiError | null;
  }>(NOTHING);
  const latest = React.useRef(ask);
  latest.current = ask;
  React.useEffect(() => {
    if (key === null) {
      setKnown(NOTHING);
      return;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      latest.current(key).then(
        value => wanted && setKnown({ key, value, error: null }),
        (reason: unknown) => wanted && setKnown({ key, value: null, error: ApiError.from(reason) })
      );
    }, rest);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [key, rest]);
  return { value: known.value, error: known.error, current: known.key === key };
}
