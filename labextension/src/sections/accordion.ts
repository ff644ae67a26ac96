import { AccordionToolbar } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { AccordionPanel, Widget } from '@lumino/widgets';

/** Pixels: with less than this Lumino has no room to share out, and forgets how it was to be shared. */
const NO_ROOM = 160;
/** Shares of the height: below the first a section is as good as folded; the second is what it gets. */
const [LEAST, OPENED] = [0.1, 0.25];

/**
 * Sections that fold, and that keep the sizes somebody gave them: JupyterLab restores them while
 * the page is still being laid out, when there is no height yet.
 */
export class Accordion extends AccordionPanel {
  constructor() {
    super({ layout: AccordionToolbar.createLayout({}) });
    // What stands above grows and shrinks with what it has to say; Lumino lays out when it is told.
    this._observer = new ResizeObserver(() => {
      if (this._wanted && this.node.offsetHeight >= NO_ROOM) {
        this.setRelativeSizes(this._wanted);
      }
      MessageLoop.postMessage(this, Widget.ResizeMessage.UnknownSize);
    });
    this._observer.observe(this.node);
  }

  override dispose(): void {
    this._observer.disconnect();
    super.dispose();
  }

  override setRelativeSizes(sizes: number[], update?: boolean): void {
    this._wanted = this.node.offsetHeight < NO_ROOM ? sizes : null;
    super.setRelativeSizes(sizes, update);
  }

  /** See to it that an open section can be seen: one that was folded before has no size yet. */
  giveRoom(index: number): void {
    const sizes = this.relativeSizes();
    if (this.widgets[index].isHidden || sizes[index] >= LEAST) {
      return;
    }
    const rest = sizes.map(size => (size * (1 - OPENED)) / (1 - sizes[index]));
    this.setRelativeSizes(rest.map((size, at) => (at === index ? OPENED : size)));
  }

  private _observer: ResizeObserver;
  private _wanted: number[] | null = null;
}
