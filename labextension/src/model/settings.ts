import { type ISignal, Signal } from '@lumino/signaling';

/** What the user set in JupyterLab's settings; the schema says what each means. */
export interface ISettings {
  refreshSeconds: number;
  onlyMine: boolean;
  groupByState: boolean;
  notifications: 'all' | 'problems' | 'none';
  warnMinutes: number;
  confirmStop: boolean;
  statusBar: boolean;
}

const DEFAULTS: ISettings = {
  refreshSeconds: 60,
  onlyMine: false,
  groupByState: false,
  notifications: 'all',
  warnMinutes: 30,
  confirmStop: true,
  statusBar: true
};

/** The settings as they are now; their defaults where JupyterLab keeps none. */
export class UserSettings {
  get value(): ISettings {
    return this._value;
  }

  get changed(): ISignal<this, ISettings> {
    return this._changed;
  }

  /** Take what JupyterLab has of them. */
  take(composite: Partial<ISettings>): void {
    this._value = { ...DEFAULTS, ...composite };
    this._changed.emit(this._value);
  }

  private _changed = new Signal<this, ISettings>(this);
  private _value: ISettings = DEFAULTS;
}
