import { Notification } from '@jupyterlab/apputils';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

/** Milliseconds between two updates: JupyterLab moves what was updated to the front. */
const PAUSE = 2000;

/** What else a notification says. */
interface IMore {
  actions?: Notification.IAction[];
  progress?: number;
  /** Keep quiet until the end. */
  silent?: boolean;
  /** Which step it is in: another one is said at once. */
  step?: string;
}

/** One notification for something that takes long, from its beginning to its end. */
export class Follow {
  /**
   * @param signal - Says that there may be news.
   * @param look - Looks for them, and calls `say` or `end` of what it is given.
   * @param watch - What has news come, whether or not anything else shows them; disposed at the end.
   */
  constructor(
    private readonly _signal?: ISignal<unknown, unknown>,
    private readonly _look?: (follow: Follow) => void,
    private readonly _watch?: IDisposable
  ) {
    _signal?.connect(this._onNews, this);
    this._onNews();
  }

  /** Say how it goes on. Who closed the notification is not bothered again before the end. */
  say(message: string, more: IMore = {}): void {
    const now = Date.now();
    const step = more.step ?? '';
    const rest = step === this._step ? PAUSE - (now - this._said) : 0;
    if (more.silent || message === this._message) {
      return;
    }
    if (rest > 0) {
      this._later ??= setTimeout(() => {
        this._later = undefined;
        this._onNews();
      }, rest);
      return;
    }
    this._message = message;
    this._said = now;
    this._step = step;
    const { actions, progress } = more;
    const options = { autoClose: false as const, actions, progress };
    if (this._id === null) {
      this._id = Notification.emit(message, 'in-progress', options);
    } else {
      Notification.update({ id: this._id, message, type: 'in-progress', ...options });
    }
  }

  /**
   * Say how it ended; gives the notification's id where there is one.
   *
   * @param shown - Whether the user wants to read of such an end.
   * @param stays - Whether an error waits for somebody to close it.
   */
  end(
    type: 'success' | 'error' | 'info',
    message: string,
    shown: boolean,
    actions: Notification.IAction[] = [],
    stays = true
  ): string | null {
    clearTimeout(this._later);
    this._signal?.disconnect(this._onNews, this);
    Signal.clearData(this);
    this._watch?.dispose();
    if (this._ended) {
      return null;
    }
    this._ended = true;
    if (this._id !== null) {
      Notification.dismiss(this._id);
    }
    if (shown) {
      const autoClose = type === 'error' && stays ? (false as const) : 8000;
      return Notification.emit(message, type, { autoClose, actions });
    }
    return null;
  }

  private _onNews(): void {
    if (!this._ended) {
      this._look?.(this);
    }
  }

  private _ended = false;
  private _id: string | null = null;
  private _later: ReturnType<typeof setTimeout> | undefined;
  private _message = '';
  private _step = '';
  private _said = 0;
}
