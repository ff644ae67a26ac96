import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IFace } from '../ui/context';
import { CommandIDs } from './ids';
import { runnerOf } from './run';

/** What can be chosen of environments or kernels. */
export interface IChoice<T> {
  title: string;
  /** What is done with what was chosen. */
  verb: string;
  items: readonly T[];
  /** Whether it cannot be done with what is protected. */
  spares: boolean;
  /** What is said where there is none at all, and where all are protected. */
  none: string;
  allProtected: string;
  /** With what a new kernel begins that is offered where all are protected. */
  offer?: ReadonlyPartialJSONObject;
}

/** Ask which one; where there is nothing to choose, say so and offer what can be done instead. */
export async function choose<T extends { name: string; is_protected: boolean }>(
  { commands, trans }: IFace,
  { allProtected, items, none, offer, spares, title, verb }: IChoice<T>
): Promise<T | undefined> {
  const spared = (item: T) => spares && item.is_protected;
  if (items.every(spared)) {
    const isClone = items.length > 0 && offer !== undefined;
    const callback = () => runnerOf(commands)(CommandIDs.newKernel, isClone ? offer : {});
    Notification.info(items.length > 0 ? allProtected : none, {
      autoClose: 12_000,
      actions: [{ label: isClone ? trans.__('Clone…') : trans.__('New kernel…'), callback }]
    });
    return undefined;
  }
  // What cannot be done is not what Enter does.
  const order = [...items].sort((a, b) => Number(spared(a)) - Number(spared(b)));
  const labelOf = (item: T) => (spared(item) ? trans.__('%1 (protected)', item.name) : item.name);
  const answer = await InputDialog.getItem({ title, okLabel: verb, items: order.map(labelOf) });
  return answer.button.accept ? items.find(item => labelOf(item) === answer.value) : undefined;
}
