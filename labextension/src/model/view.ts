import type { ComputeInstance } from '../wire';
import { ownPrice } from './billing';
import { kindOf, type StateKind } from './states';

/** How instances can be ordered. */
export type SortKey = 'name' | 'state' | 'size' | 'price' | 'running' | 'owner' | 'created';

/** How the user wants to see the instances; remembered between sessions. */
export interface IInstanceView {
  onlyMine: boolean;
  sort: SortKey;
  grouped: boolean;
}

/** One line of the list: a heading or an instance. */
export type InstanceLine =
  | { kind: 'group'; group: StateKind; count: number }
  | { kind: 'instance'; instance: ComputeInstance };

const GROUPS: StateKind[] = ['running', 'transition', 'failed', 'unknown', 'stopped'];

/**
 * The lines to show: this machine first, then as sorted, filtered by words that must all occur in
 * name, state, size, owner or tags.
 */
export function instanceLines(
  instances: readonly ComputeInstance[],
  view: IInstanceView,
  filter: string
): InstanceLine[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = instances
    .filter(instance => !view.onlyMine || instance.is_mine !== false)
    .filter(instance => matches(instance, words))
    .sort(
      (a, b) => Number(b.is_this_machine) - Number(a.is_this_machine) || compare(a, b, view.sort)
    );
  if (!view.grouped) {
    return shown.map(instance => ({ kind: 'instance', instance }));
  }
  return GROUPS.flatMap(group => {
    const members = shown.filter(instance => kindOf(instance) === group);
    const lines: InstanceLine[] = members.map(instance => ({ kind: 'instance', instance }));
    return lines.length > 0 ? [{ kind: 'group', group, count: lines.length }, ...lines] : [];
  });
}

function matches(instance: ComputeInstance, words: string[]): boolean {
  if (words.length === 0) {
    return true;
  }
  const text = [
    instance.name,
    instance.state,
    instance.vm_size,
    ownerOf(instance),
    instance.description,
    ...Object.entries(instance.tags).flat()
  ]
    .join(' ')
    .toLowerCase();
  return words.every(word => text.includes(word));
}

/** Whose instance it is: who it was assigned to, else who made it. */
export function ownerOf(instance: ComputeInstance): string | null {
  return instance.assigned_user?.name ?? instance.created_by?.name ?? null;
}

function compare(a: ComputeInstance, b: ComputeInstance, sort: SortKey): number {
  switch (sort) {
    case 'state':
      return GROUPS.indexOf(kindOf(a)) - GROUPS.indexOf(kindOf(b)) || byName(a, b);
    case 'size':
      return collator.compare(a.vm_size ?? '', b.vm_size ?? '') || byName(a, b);
    case 'owner':
      return collator.compare(ownerOf(a) ?? '\uffff', ownerOf(b) ?? '\uffff') || byName(a, b);
    case 'running':
      // The longest first; those that do not run come last.
      return (
        (a.running_since ?? '\uffff').localeCompare(b.running_since ?? '\uffff') || byName(a, b)
      );
    case 'price':
      return (ownPrice(b) ?? -1) - (ownPrice(a) ?? -1) || byName(a, b);
    case 'created':
      return (b.created_on ?? '').localeCompare(a.created_on ?? '') || byName(a, b);
    default:
      return byName(a, b);
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });

function byName(a: { name: string }, b: { name: string }): number {
  return collator.compare(a.name, b.name);
}
