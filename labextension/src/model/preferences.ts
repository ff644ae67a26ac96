import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import type { IInstanceView } from './view';

/** Where preferences are kept between sessions; JupyterLab's state database has this form. */
export interface IStore {
  fetch(id: string): Promise<ReadonlyPartialJSONValue | undefined>;
  save(id: string, value: ReadonlyPartialJSONValue): Promise<void>;
}

/** What is shown until the user says otherwise. */
export const DEFAULT_VIEW: IInstanceView = { onlyMine: false, sort: 'name', grouped: false };

const KEY = 'jupyter-ci-manager:view';

/**
 * How the user wants to see the lists, remembered between sessions where there is a store.
 */
export class Preferences {
  constructor(private readonly _store: IStore | null) {
    void this._restore();
  }

  get view(): IInstanceView {
    return this._view;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Change some of it, and remember. */
  update(change: Partial<IInstanceView>): void {
    this._view = { ...this._view, ...change };
    this._touched = true;
    this._changed.emit();
    void this._store?.save(KEY, { ...this._view });
  }

  private async _restore(): Promise<void> {
    const saved = await this._store?.fetch(KEY);
    if (typeof saved === 'object' && saved !== null && !this._touched) {
      this._view = { ...DEFAULT_VIEW, ...(saved as Partial<IInstanceView>) };
      this._changed.emit();
    }
  }

  private _changed = new Signal<this, void>(this);
  private _touched = false;
  private _view: IInstanceView = DEFAULT_VIEW;
}
