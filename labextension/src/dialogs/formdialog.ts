import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type React from 'react';
import { createElement, useEffect } from 'react';
import { FaceProvider, type IFace } from '../ui/context';

/** What can have the focus in a dialog. */
const FOCUSABLE = ['a[href]', 'button', 'input', 'select', 'summary', 'textarea']
  .map(name => `${name}:not([disabled], [tabindex='-1'], [hidden])`)
  .join(', ');

/**
 * What JupyterLab gives the focus to, once the browser has nothing else to do, which may take
 * seconds: what has it by then keeps it.
 */
const FIRST = '[data-autofocus]';
const FOCUSED = `.jp-Dialog-body:not(:focus-within) ${FIRST}, .jp-Dialog-body :focus`;

/** What a list of proposals sets on its input while one of them is marked. */
const MARKED = 'aria-activedescendant';

/** What a form does when its button is pressed: `null` keeps the dialog open. */
export type Submit<T> = () => Promise<T | null>;

/** A form gets this to say what its button does; it may say so again with every drawing. */
export interface IFormProps<T> {
  bind: (submit: Submit<T>) => void;
  /** Close the dialog with a result, for what comes about without its button. */
  finish: (result: T) => void;
}

/** The body of a form dialog. */
class FormBody<T> extends ReactWidget {
  constructor(
    private readonly _face: IFace,
    private readonly _form: React.ComponentType<IFormProps<T>>
  ) {
    super();
    this.addClass('jp-CIManager');
    this.addClass('jp-CIManager-form');
  }

  /** Called when the form was drawn for the first time. */
  drawn: () => void = () => undefined;
  /** Called when there is a result without the button. */
  finished: () => void = () => undefined;
  result: T | null = null;

  getValue(): T | null {
    return this.result;
  }

  async submit(): Promise<boolean> {
    this.result = await this._submit();
    return this.result !== null;
  }

  protected override render(): React.JSX.Element {
    return createElement(
      FaceProvider,
      { value: this._face },
      createElement(this._form, {
        bind: (submit: Submit<T>) => {
          this._submit = submit;
        },
        finish: (result: T) => {
          this.result = result;
          this.finished();
        }
      }),
      createElement(Drawn, { then: this.drawn })
    );
  }

  private _submit: Submit<T> = () => Promise.resolve(null);
}

function Drawn({ then }: { then: () => void }): null {
  useEffect(then, [then]);
  return null;
}

/**
 * JupyterLab's dialog, which stays open until the server has taken what was filled in: what is
 * wrong is said beside the field, and nothing has to be typed twice.
 */
class FormDialog<T> extends Dialog<T | null> {
  constructor(
    private readonly _formBody: FormBody<T>,
    options: Partial<Dialog.IOptions<T | null>>
  ) {
    super({ ...options, body: _formBody });
    this._accepts = (options.buttons ?? []).map(button => button.accept);
    _formBody.drawn = () => {
      const buttons = this.node.querySelectorAll<HTMLElement>('.jp-Dialog-footer button');
      const usual = buttons[options.defaultButton ?? buttons.length - 1];
      (this.node.querySelector<HTMLElement>(FIRST) ?? usual).focus();
    };
    _formBody.finished = () => super.resolve(this._accepts.length - 1);
    this.addClass('jp-CIManager-dialog');
  }

  override handleEvent(event: Event): void {
    const target = event.target as HTMLElement;
    const key = event.type === 'keydown' ? (event as KeyboardEvent).key : '';
    if (event.type === 'contextmenu' && target.matches('input, textarea')) {
      // A key or a file's text is pasted with the mouse, too.
      event.stopPropagation();
      return;
    }
    // A key kept down since before the question came up is no answer to it.
    if (key === 'Enter' && (event as KeyboardEvent).repeat && !target.matches('textarea')) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    // Buttons and folds of the form are its own: older JupyterLabs would press "Accept" instead.
    const own = target.closest('.jp-Dialog-body')?.contains(target) ?? false;
    if (own && key === 'Enter' && target.matches('button, summary, a')) {
      return;
    }
    // So is an open list of proposals: Enter takes the one that is marked, Escape closes it.
    const open = own && target.getAttribute('aria-expanded') === 'true';
    if (open && (key === 'Escape' || (key === 'Enter' && target.hasAttribute(MARKED)))) {
      return;
    }
    // A word that is not finished, or not checked yet, is nothing to be sent: the field takes it.
    if (own && key === 'Enter' && target.dataset['unfinished'] === 'true') {
      return;
    }
    // Tab takes what is marked, as Enter does.
    if (open && key === 'Tab' && target.hasAttribute(MARKED)) {
      return;
    }
    if (key === 'Tab' && this._turn((event as KeyboardEvent).shiftKey, target)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    super.handleEvent(event);
  }

  /** Lead the focus from the last element to the first one, which JupyterLab looked for too soon. */
  private _turn(back: boolean, from: HTMLElement): boolean {
    const all = [...this.node.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      node => node.checkVisibility?.() ?? true
    );
    const [first, last] = [all[0], all[all.length - 1]];
    if (from !== (back ? first : last)) {
      return false;
    }
    (back ? last : first).focus();
    return true;
  }

  override resolve(index?: number): void {
    const chosen = index ?? this._accepts.length - 1;
    if (!this._accepts[chosen]) {
      super.resolve(chosen);
      return;
    }
    if (this._busy) {
      return;
    }
    this._busy = true;
    this.node.setAttribute('aria-busy', 'true');
    void this._formBody
      .submit()
      .then(done => {
        if (done) {
          super.resolve(chosen);
        }
      })
      .finally(() => {
        this._busy = false;
        this.node.removeAttribute('aria-busy');
      });
  }

  private _accepts: boolean[];
  private _busy = false;
}

/** What a form dialog is called and what its button says. */
export interface IFormDialogOptions {
  title: string;
  accept: string;
  /** What the other button says, where it is not "Cancel"; `null` for no other button. */
  cancel?: string | null;
  warn?: boolean;
  /** Whether it holds so much that it takes more room. */
  wide?: boolean;
  trans: TranslationBundle;
}

/**
 * Show a form; gives what its submission gave, or `null` when it was left.
 */
export async function showForm<T>(
  face: IFace,
  form: React.ComponentType<IFormProps<T>>,
  options: IFormDialogOptions
): Promise<T | null> {
  const { accept, cancel, title, trans, warn, wide } = options;
  const button = warn ? Dialog.warnButton : Dialog.okButton;
  const dialog = new FormDialog<T>(new FormBody(face, form), {
    title,
    focusNodeSelector: FOCUSED,
    // What destroys is never one careless Enter away.
    ...(warn ? { defaultButton: 0 } : {}),
    buttons: [
      ...(cancel === null ? [] : [Dialog.cancelButton({ label: cancel ?? trans.__('Cancel') })]),
      button({ label: accept })
    ]
  });
  dialog.toggleClass('jp-mod-wide', wide ?? false);
  const result = await dialog.launch();
  return result.button.accept ? result.value : null;
}
