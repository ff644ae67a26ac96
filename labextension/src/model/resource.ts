import { JSONExt, type ReadonlyJSONValue } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import { ApiError } from '../errors';

/**
 * What is known of one thing on the server. A new object with every change, so that views can
 * compare by identity.
 */
export interface IResourceState<T> {
  readonly value: T | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
}

/**
 * One thing on the server: its last good value, and what went wrong since.
 *
 * Reading never runs twice at once: whoever asks while a read is under way gets one more read
 * after it, shared by all who asked.
 */
export class Resource<T> {
  constructor(
    private readonly _read: () => Promise<T>,
    private readonly _merge: (before: T, after: T) => T = keepIfEqual
  ) {}

  get state(): IResourceState<T> {
    return this._state;
  }

  get value(): T | null {
    return this._state.value;
  }

  get changed(): ISignal<this, IResourceState<T>> {
    return this._changed;
  }

  /** When the value was last read, in milliseconds since the epoch. */
  get readAt(): number {
    return this._readAt;
  }

  /**
   * Read again. Never rejects: what went wrong is in `state.error`.
   */
  refresh(): Promise<void> {
    if (this._running === null) {
      this._running = this._run();
    } else if (this._next === null) {
      this._next = this._running.then(() => {
        this._next = null;
        this._running = this._run();
        return this._running;
      });
    }
    return this._next ?? this._running;
  }

  /**
   * Read unless something is there already.
   */
  async ensure(): Promise<void> {
    if (this._state.value === null || this._state.error !== null) {
      await this.refresh();
    }
  }

  /**
   * Take a value that another answer brought.
   */
  set(value: T): void {
    const before = this._state.value;
    this._readAt = Date.now();
    this._update({
      value: before === null ? value : this._merge(before, value),
      error: null,
      loading: this._state.loading
    });
  }

  /**
   * Forget everything, as when another workspace was chosen.
   */
  clear(): void {
    this._generation++;
    this._update({ value: null, error: null, loading: false });
  }

  private async _run(): Promise<void> {
    const generation = this._generation;
    this._update({ ...this._state, loading: true });
    try {
      const value = await this._read();
      if (generation === this._generation) {
        this.set(value);
      }
    } catch (reason) {
      if (generation === this._generation) {
        this._update({ ...this._state, error: ApiError.from(reason) });
      }
    } finally {
      this._running = null;
      if (this._next === null) {
        this._update({ ...this._state, loading: false });
      }
    }
  }

  private _update(state: IResourceState<T>): void {
    const { value, error, loading } = this._state;
    if (state.value !== value || state.error !== error || state.loading !== loading) {
      this._state = state;
      this._changed.emit(state);
    }
  }

  private _state: IResourceState<T> = { value: null, error: null, loading: false };
  private _readAt = 0;
  private _running: Promise<void> | null = null;
  private _next: Promise<void> | null = null;
  private _generation = 0;
  private _changed = new Signal<this, IResourceState<T>>(this);
}

function keepIfEqual<T>(before: T, after: T): T {
  return equal(before, after) ? before : after;
}

function equal(a: unknown, b: unknown): boolean {
  return JSONExt.deepEqual(a as ReadonlyJSONValue, b as ReadonlyJSONValue);
}

/**
 * Take the items of `after`, but keep the objects of `before` that did not change, so that only
 * rows with news are drawn again. Gives `before` itself when nothing changed at all.
 */
export function reconcile<T>(
  before: readonly T[],
  after: readonly T[],
  key: (item: T) => string
): T[] {
  const known = new Map(before.map(item => [key(item), item]));
  const merged = after.map(item => {
    const old = known.get(key(item));
    return old !== undefined && equal(old, item) ? old : item;
  });
  const same = merged.length === before.length && merged.every((item, i) => item === before[i]);
  return same ? (before as T[]) : merged;
}
