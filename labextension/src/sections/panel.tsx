import { PanelWithToolbar, ReactWidget, SidePanel } from '@jupyterlab/ui-components';
import type { ITranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type Message, MessageLoop } from '@lumino/messaging';
import { type AccordionPanel, Widget } from '@lumino/widgets';
import React from 'react';
import { isNotOurs } from '../errors';
import { ciManagerIcon } from '../icons';
import { later } from '../later';
import type { IResourceState } from '../model/resource';
import type { IFace } from '../ui/context';
import type { Status } from '../wire';
import type { PartName } from './content';

/**
 * The side panel: a header over three sections that fold, whose sizes JupyterLab remembers.
 * The server is only asked regularly while the panel is in sight.
 */
export class CIManagerPanel extends SidePanel {
  constructor(
    private readonly _face: IFace,
    translator: ITranslator
  ) {
    super({ translator });
    const { trans } = _face;
    this.id = 'jp-ci-manager-panel';
    this.addClass('jp-CIManager-panel');
    this.title.icon = ciManagerIcon;
    this.title.caption = trans.__('Compute instances and kernels');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Compute instances and kernels'));
    const header = this._widget('header');
    header.addClass('jp-CIManager-header');
    this.header.addWidget(header);

    this._section('instances', trans.__('Compute instances'), 'instancesTools');
    this._section('environments', trans.__('Environments & kernels'), 'environmentsTools');
    this._section('jobs', trans.__('Jobs'));
    // The header grows and shrinks with what it has to say; Lumino lays out when it is told.
    this._observer = new ResizeObserver(() => {
      MessageLoop.postMessage(this.content, Widget.ResizeMessage.UnknownSize);
    });
    this._observer.observe(this.content.node);
    _face.model.status.changed.connect(this._hideSections, this);
    // Only a beginning: JupyterLab restores what the user made of it.
    (this.content as AccordionPanel).setRelativeSizes([5, 3, 2]);
  }

  override dispose(): void {
    this._face.model.status.changed.disconnect(this._hideSections, this);
    this._observer.disconnect();
    this._watch?.dispose();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._watch ??= this._face.model.watch();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._watch ??= this._face.model.watch();
    }
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this._watch?.dispose();
    this._watch = null;
  }

  /** Where the server is not ours there is one thing to say, and the header says it. */
  private _hideSections(_: unknown, { error }: IResourceState<Status>): void {
    this.content.setHidden(error !== null && isNotOurs(error));
  }

  private _section(id: PartName, label: string, tools?: PartName): void {
    const section = new PanelWithToolbar();
    section.id = `jp-ci-manager-${id}`;
    section.addClass('jp-CIManager-section');
    section.title.label = label;
    section.title.caption = label;
    if (tools) {
      section.toolbar.addItem(tools, this._widget(tools));
    }
    section.addWidget(this._widget(id));
    this.addWidget(section);
  }

  /** One of the panel's parts, loaded when it is drawn for the first time. */
  private _widget(name: PartName): ReactWidget {
    const Part = React.lazy(async () => ({ default: (await later.content()).Part }));
    const widget = ReactWidget.create(
      <React.Suspense fallback={null}>
        <Part face={this._face} name={name} />
      </React.Suspense>
    );
    widget.addClass('jp-CIManager');
    return widget;
  }

  private _observer: ResizeObserver;
  private _watch: IDisposable | null = null;
}
