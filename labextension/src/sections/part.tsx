import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { later } from '../later';
import type { IFace } from '../ui/context';
import { Fetched } from '../ui/fetched';
import type { PartName } from './content';

/** Tools that wait until somebody looks. */
const waiting = new Set<PartWidget>();

/**
 * One of the panel's parts, loaded and drawn when it comes into sight for the first time. The server
 * is only asked regularly while one of them is in sight, wherever it was moved to.
 *
 * What stands in the title of a section is never told that it comes into sight, nor that it leaves:
 * it is drawn with the first other part, and does not count as somebody who looks.
 */
export class PartWidget extends ReactWidget {
  constructor(
    private readonly _face: IFace,
    private readonly _name: PartName
  ) {
    super();
    this.addClass('jp-CIManager');
    this._isTool = _name.endsWith('Tools');
    if (this._isTool) {
      waiting.add(this);
    }
  }

  override dispose(): void {
    waiting.delete(this);
    this._look(false);
    super.dispose();
  }

  protected render(): React.JSX.Element | null {
    if (!this._seen) {
      return null;
    }
    const isList = !this._isTool && this._name !== 'header';
    return (
      <Fetched face={this._face} fetch={later.content} quiet={!isList}>
        {({ Part }) => <Part face={this._face} name={this._name} />}
      </Fetched>
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
    if (this._isTool) {
      return;
    }
    if (sees) {
      // Asked for first: what a browser has at hand waits all the same while it asks for much.
      later.content().catch(() => undefined);
      this._draw();
      waiting.forEach(tool => tool._draw());
      waiting.clear();
      this._watch ??= this._face.model.watch();
    } else {
      this._watch?.dispose();
      this._watch = null;
    }
  }

  private _draw(): void {
    if (!this._seen) {
      this._seen = true;
      this.update();
    }
  }

  private readonly _isTool: boolean;
  private _seen = false;
  private _watch: IDisposable | null = null;
}
