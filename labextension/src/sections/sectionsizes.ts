import { MessageLoop } from '@lumino/messaging';
import { type AccordionPanel, Widget } from '@lumino/widgets';

/** Pixels: with less than this Lumino has no room to share out, and forgets how it was to be shared. */
const NO_ROOM = 160;
/** Shares of the height: below the first a section is as good as folded; the second is what it gets. */
const [LEAST, OPENED] = [0.1, 0.25];

/**
 * Keeps the sizes that somebody gave to sections: JupyterLab restores them while the page is still
 * being laid out, when there is no height yet.
 */
export class SectionSizes {
  constructor(private readonly _accordion: AccordionPanel) {
    // The accordion is JupyterLab's own, which older versions do not let anybody derive.
    const set = _accordion.setRelativeSizes.bind(_accordion);
    _accordion.setRelativeSizes = (sizes, update) => {
      this._wanted = _accordion.node.offsetHeight < NO_ROOM ? sizes : null;
      set(sizes, update);
    };
    // What stands above grows and shrinks with what it has to say; Lumino lays out when it is told.
    this._observer = new ResizeObserver(() => {
      if (this._wanted && _accordion.node.offsetHeight >= NO_ROOM) {
        _accordion.setRelativeSizes(this._wanted);
      }
      MessageLoop.postMessage(_accordion, Widget.ResizeMessage.UnknownSize);
    });
    this._observer.observe(_accordion.node);
  }

  dispose(): void {
    this._observer.disconnect();
  }

  /** See to it that an open section can be seen: one that was folded before has no size yet. */
  giveRoom(index: number): void {
    const sizes = this._accordion.relativeSizes();
    if (this._accordion.widgets[index].isHidden || sizes[index] >= LEAST) {
      return;
    }
    const rest = sizes.map(size => (size * (1 - OPENED)) / (1 - sizes[index]));
    this._accordion.setRelativeSizes(rest.map((size, at) => (at === index ? OPENED : size)));
  }

  private _observer: ResizeObserver;
  private _wanted: number[] | null = null;
}
