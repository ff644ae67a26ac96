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
 * How the user wants to see the lists, remembered between sessions where there is a store. What was
 * never chosen in the list itself is as the settings have it.
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
    this._chosen = { ...this._chosen, ...change };
    this._compose();
    void this._store?.save(KEY, { ...this._chosen });
  }

  /** What holds for all that the user did not choose. */
  setDefaults(defaults: Partial<IInstanceView>): void {
    this._defaults = { ...DEFAULT_VIEW, ...defaults };
    this._compose();
  }

  private async _restore(): Promise<void> {
    const saved = await this._store?.fetch(KEY);
    if (typeof saved === 'object' && saved !== null) {
      this._chosen = { ...(saved as Partial<IInstanceView>), ...this._chosen };
      this._compose();
    }
  }

  private _compose(): void {
    this._view = { ...this._defaults, ...this._chosen };
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _chosen: Partial<IInstanceView> = {};
  private _defaults = DEFAULT_VIEW;
  private _view = DEFAULT_VIEW;
}
