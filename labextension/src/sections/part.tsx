import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { later } from '../later';
import type { IFace } from '../ui/context';
import type { PartName } from './content';

/**
 * One of the panel's parts, loaded when it is drawn for the first time. The server is only asked
 * regularly while one of them is in sight, wherever it was moved to.
 */
export class PartWidget extends ReactWidget {
  constructor(
    private readonly _face: IFace,
    private readonly _name: PartName
  ) {
    super();
    this.addClass('jp-CIManager');
  }

  override dispose(): void {
    this._look(false);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    return (
      <React.Suspense fallback={null}>
        <Part face={this._face} name={this._name} />
      </React.Suspense>
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._look(this.isVisible);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._look(true);
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this._look(false);
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this._look(false);
  }

  private _look(sees: boolean): void {
    if (sees) {
      this._watch ??= this._face.model.watch();
    } else {
      this._watch?.dispose();
      this._watch = null;
    }
  }

  private _watch: IDisposable | null = null;
}

const Part = React.lazy(async () => ({ default: (await later.content()).Part }));
