import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { InstanceList, Job } from '../wire';
import type { Model } from './model';
import type { IResourceState } from './resource';
import { jobWord, stateWord } from './words';

/** Puts what changed by itself into sentences, for those who do not see it. */
export class Announcer implements IDisposable {
  constructor(
    private readonly _model: Model,
    private readonly _trans: TranslationBundle
  ) {
    this._compare(_model.instances.value);
    _model.instances.changed.connect(this._onInstances, this);
    _model.jobEnded.connect(this._onJob, this);
  }

  /** Emitted with each sentence. */
  get said(): ISignal<this, string> {
    return this._said;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._model.instances.changed.disconnect(this._onInstances, this);
    this._model.jobEnded.disconnect(this._onJob, this);
    Signal.clearData(this);
  }

  private _onInstances(_: unknown, state: IResourceState<InstanceList>): void {
    this._compare(state.value);
  }

  private _compare(list: InstanceList | null): void {
    const states = new Map(list?.instances.map(({ name, state }) => [name, state]));
    const news: string[] = [];
    if (this._states && list) {
      for (const [name, state] of states) {
        if (this._states.get(name) !== state) {
          news.push(this._trans.__('%1: %2', name, stateWord(state, this._trans)));
        }
      }
      for (const name of this._states.keys()) {
        if (!states.has(name)) {
          news.push(this._trans.__('%1 is gone', name));
        }
      }
    }
    this._states = list ? states : null;
    if (news.length > 0) {
      this._said.emit(news.slice(0, 5).join('. '));
    }
  }

  private _onJob(_: unknown, job: Job): void {
    this._said.emit(this._trans.__('%1: %2', job.title, jobWord(job.state, this._trans)));
  }

  private _isDisposed = false;
  private _said = new Signal<this, string>(this);
  private _states: Map<string, string> | null = null;
}
