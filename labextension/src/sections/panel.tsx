import type {
  IMovableSectionDestination,
  IMovableSectionSource,
  ISectionEntry
} from '@jupyterlab/apputils';
import { PanelWithToolbar, SidePanel } from '@jupyterlab/ui-components';
import type { ITranslator } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';
import type { AccordionPanel, Widget } from '@lumino/widgets';
import { isNotOurs } from '../errors';
import { ciManagerIcon } from '../icons';
import type { IResourceState } from '../model/resource';
import type { IFace } from '../ui/context';
import type { Status } from '../wire';
import type { PartName } from './content';
import { PartWidget } from './part';
import { SectionSizes } from './sectionsizes';

const JOBS = 'jp-ci-manager-jobs';

/**
 * The side panel: a header over three sections that fold, whose sizes JupyterLab remembers. From
 * JupyterLab 4.6 on its sections can be moved to other panels, and those of others into it.
 */
export class CIManagerPanel
  extends SidePanel
  implements IMovableSectionSource, IMovableSectionDestination
{
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
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Compute instances and kernels'));
    const header = new PartWidget(_face, 'header');
    header.addClass('jp-CIManager-header');
    this.header.addWidget(header);
    this._section('instances', trans.__('Compute instances'), 'instancesTools');
    this._section('environments', trans.__('Environments & kernels'), 'environmentsTools');
    this._section('jobs', trans.__('Jobs'));
    _face.model.status.changed.connect(this._hideSections, this);
    this._sizes = new SectionSizes(this.accordionPanel);
    // Only a beginning: JupyterLab restores what the user made of it.
    this.accordionPanel.collapse(this.accordionPanel.widgets.length - 1);
    this.accordionPanel.setRelativeSizes([6, 3, 2]);
    _face.model.jobBegun.connect(this._showJobs, this);
    this.accordionPanel.expansionToggled.connect((_, index) => {
      const section = this.accordionPanel.widgets[index];
      if (section?.id === JOBS) {
        this._isJobsFolded = section.isHidden;
        this._sizes.giveRoom(index);
      }
    });
  }

  get accordionPanel(): AccordionPanel {
    return this.content as AccordionPanel;
  }

  /** Sections that came from other panels. */
  get sections(): readonly Widget[] {
    return this._guests;
  }

  get sectionAdded(): ISignal<this, ISectionEntry> {
    return this._sectionAdded;
  }

  override dispose(): void {
    this._face.model.status.changed.disconnect(this._hideSections, this);
    this._face.model.jobBegun.disconnect(this._showJobs, this);
    this._sizes.dispose();
    super.dispose();
  }

  getSections(): ISectionEntry[] {
    const { titles, widgets } = this.accordionPanel;
    return this._own.flatMap(widget => {
      const titleNode = titles[widgets.indexOf(widget)];
      return titleNode ? [{ id: widget.id, titleNode, widget }] : [];
    });
  }

  removeSectionById(id: string): Widget | null {
    const widget = this._own.find(each => each.id === id && each.parent === this.content);
    if (widget) {
      widget.parent = null;
    }
    return widget ?? null;
  }

  /** Take a section of ours back, to its old place. */
  reinsertSection(widget: Widget): void {
    const after = this._own.slice(this._own.indexOf(widget) + 1);
    const index = this.content.widgets.findIndex(each => after.includes(each));
    this.insertWidget(index < 0 ? this.content.widgets.length : index, widget);
    // Lumino puts the new title last, where Tab would reach it last.
    const { node, titles, widgets } = this.accordionPanel;
    widgets.forEach((each, i) => node.append(titles[i], each.node));
    const entry = this.getSections().find(each => each.widget === widget);
    if (entry) {
      this._sectionAdded.emit(entry);
    }
  }

  addSection(widget: Widget): void {
    this._guests.push(widget);
    this.addWidget(widget);
  }

  removeSectionWidget(widget: Widget): void {
    this._guests = this._guests.filter(each => each !== widget);
    widget.parent = null;
  }

  /** Whoever calls for the panel goes on with the keyboard in its first list, once it is there. */
  enter(): void {
    const row = this.node.querySelector<HTMLElement>('[role="row"][tabindex="0"]');
    if (!row?.closest('[role="grid"]')?.contains(document.activeElement)) {
      (row ?? this.node).focus();
    }
  }

  /** Where the server is not ours there is one thing to say, and the header says it. */
  private _hideSections(_: unknown, { error }: IResourceState<Status>): void {
    this.content.setHidden(error !== null && isNotOurs(error));
  }

  /** What somebody has just begun comes into sight, unless he has folded it away. */
  private _showJobs(): void {
    if (!this._isJobsFolded) {
      const { accordionPanel } = this;
      accordionPanel.expand(accordionPanel.widgets.findIndex(each => each.id === JOBS));
    }
  }

  private _section(id: PartName, label: string, tools?: PartName): void {
    const section = new PanelWithToolbar();
    section.id = `jp-ci-manager-${id}`;
    section.addClass('jp-CIManager-section');
    section.title.label = label;
    section.title.caption = label;
    if (tools) {
      section.toolbar.addItem(tools, new PartWidget(this._face, tools));
    }
    section.addWidget(new PartWidget(this._face, id));
    this._own.push(section);
    this.addWidget(section);
  }

  private _guests: Widget[] = [];
  private _isJobsFolded = false;
  private _own: Widget[] = [];
  private _sizes: SectionSizes;
  private _sectionAdded = new Signal<this, ISectionEntry>(this);
}
