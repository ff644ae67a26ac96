import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

/** Seconds between two reads when events say nothing. */
const QUIET = 60;
/** The same while something is in transition: the one who would tell of it may be gone. */
const BUSY = 5;
/** The longest pause while the server does not answer. */
const LONGEST = 30;

/**
 * What catches everything that events miss, for as long as somebody looks: reads now and then,
 * sooner while something changes, and soon again after the server did not answer.
 */
export class Net implements IDisposable {
  constructor(private readonly _options: Net.IOptions) {
    this._poll = new Poll({
      auto: false,
      name: 'jupyter-ci-manager:net',
      factory: () => this._takeFirst() ?? this._tick(),
      frequency: { interval: QUIET * 1000, backoff: false, max: Poll.MAX_INTERVAL },
      standby: 'when-hidden'
    });
  }

  /** Seconds between two reads in quiet times. */
  get quiet(): number {
    return this._quiet;
  }
  set quiet(seconds: number) {
    this._quiet = seconds;
    this.look();
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
  }

  /**
   * Begin, with a read at once: a poll waits for a turn of the browser's, which draws the panel
   * first, and the server could have answered meanwhile.
   */
  start(): void {
    this._running = true;
    this._first = this._tick();
    void this._poll.start();
  }

  /** Ask no more. */
  stop(): void {
    this._running = false;
    this._first = null;
    void this._poll.stop();
  }

  /** Something may have changed how soon to look again. */
  look(): void {
    const pause = this._pause();
    if (this._running && pause * 1000 < this._poll.state.interval && !this._ticking) {
      this._poll.frequency = { ...this._poll.frequency, interval: pause * 1000 };
      void this._poll.schedule({ interval: pause * 1000, phase: 'refreshed' });
    }
  }

  private async _tick(): Promise<void> {
    const { isOffline, readAll, readStatus } = this._options;
    this._ticking = true;
    try {
      const due = Date.now() - this._lastAll >= this._quiet * 1000;
      if (due || isOffline()) {
        this._lastAll = Date.now();
        await readAll();
      } else {
        await readStatus();
      }
    } finally {
      this._ticking = false;
    }
    this._failures = isOffline() ? this._failures + 1 : 0;
    this._poll.frequency = { ...this._poll.frequency, interval: this._pause() * 1000 };
  }

  private _takeFirst(): Promise<void> | null {
    const first = this._first;
    this._first = null;
    return first;
  }

  private _pause(): number {
    const { isBusy, isOffline } = this._options;
    if (isOffline()) {
      return Math.min(2 ** this._failures, LONGEST);
    }
    return isBusy() ? Math.min(BUSY, this._quiet) : this._quiet;
  }

  private _failures = 0;
  /** The read that was begun at once, until the poll's turn has come, which waits for it. */
  private _first: Promise<void> | null = null;
  private _lastAll = 0;
  private _poll: Poll;
  private _quiet = QUIET;
  private _running = false;
  private _ticking = false;
}

/** The namespace for the net's options. */
export namespace Net {
  /** What is read, and how things stand. */
  export interface IOptions {
    readAll: () => Promise<void>;
    /** Enough to notice that the server is another one. */
    readStatus: () => Promise<void>;
    /** Whether something is in transition. */
    isBusy: () => boolean;
    /** Whether the server did not answer the last time. */
    isOffline: () => boolean;
  }
}
