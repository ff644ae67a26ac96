import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Api } from '../api';
import type { JobEvent } from '../wire';
import { Resource } from './resource';

const MAX_LINES = 5000;
const RUNNING = new Set(['queued', 'running', 'cancelling']);

/**
 * A job's log, followed from its beginning for as long as somebody looks at it.
 */
export class JobLog implements IDisposable {
  /**
   * @param phaseWord - Says a phase in the user's language.
   */
  constructor(
    api: Api,
    id: string,
    private readonly _phaseWord: (phase: string) => string
  ) {
    this._reader = new Resource(async () => {
      let state = 'running';
      for (;;) {
        const slice = await api.jobEvents(id, this._offset);
        this._offset = slice.next_offset;
        this._append(slice.events);
        state = slice.state;
        if (slice.events.length === 0) {
          return state;
        }
      }
    });
    this._poll = new Poll({
      name: `jupyter-ci-manager:log-${id}`,
      frequency: { interval: 500, backoff: true, max: 5000 },
      standby: 'when-hidden',
      factory: async () => {
        await this._reader.refresh();
        const { error, value } = this._reader.state;
        if (error) {
          throw error;
        }
        if (value !== null && !RUNNING.has(value)) {
          void this._poll.stop();
        }
      }
    });
  }

  /** The lines so far, the last five thousand at most. */
  get lines(): readonly string[] {
    return this._lines;
  }

  /** Emitted when lines came. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  private _append(events: readonly JobEvent[]): void {
    const lines = events
      .map(event => this._lineOf(event))
      .filter((line): line is string => line !== null);
    if (lines.length > 0) {
      this._lines = [...this._lines, ...lines].slice(-MAX_LINES);
      this._changed.emit();
    }
  }

  private _lineOf(event: JobEvent): string | null {
    switch (event.kind) {
      case 'phase':
        return `— ${this._phaseWord(event.phase ?? '')} —`;
      case 'log':
        return event.text ?? '';
      case 'error':
        return event.text ?? String(event.data?.['message'] ?? '');
      default:
        return null;
    }
  }

  private _changed = new Signal<this, void>(this);
  private _lines: readonly string[] = [];
  private _offset = 0;
  private _poll: Poll;
  private _reader: Resource<string>;
}
