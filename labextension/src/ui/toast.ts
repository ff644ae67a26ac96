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
    if (more.silent || message === this._message || now - this._said < PAUSE) {
      return;
    }
    this._message = message;
    this._said = now;
    const { actions, progress } = more;
    const options = { autoClose: false as const, actions, progress };
    if (this._id === null) {
      this._id = Notification.emit(message, 'in-progress', options);
    } else {
      Notification.update({ id: this._id, message, type: 'in-progress', ...options });
    }
  }

  /**
   * Say how it ended.
   *
   * @param shown - Whether the user wants to read of such an end.
   */
  end(
    type: 'success' | 'error' | 'info',
    message: string,
    shown: boolean,
    actions: Notification.IAction[] = []
  ): void {
    this._signal?.disconnect(this._onNews, this);
    Signal.clearData(this);
    this._watch?.dispose();
    if (this._ended) {
      return;
    }
    this._ended = true;
    if (this._id !== null) {
      Notification.dismiss(this._id);
    }
    if (shown) {
      Notification.emit(message, type, { autoClose: type === 'error' ? false : 8000, actions });
    }
  }

  private _onNews(): void {
    this._look?.(this);
  }

  private _ended = false;
  private _id: string | null = null;
  private _message = '';
  private _said = 0;
}
