import type { VmSize } from '../wire';

/** How sizes can be ordered. */
export type SizeOrder = 'recommended' | 'price' | 'cores' | 'memory' | 'name';

/** Why a size stands at the top. */
export type Recommendation = 'usual' | 'small' | 'memory' | 'gpu';

const DEFAULT = 'Standard_DS3_v2';

/** The size that is taken where nobody chooses: the usual one, else the cheapest that will do. */
export function usualSize(sizes: readonly VmSize[], usual: string | null): string {
  const wanted = usual ?? DEFAULT;
  const found = sizes.find(size => sameSize(size.name, wanted));
  if (found && found.available !== 'no') {
    return found.name;
  }
  const affordable = cheapest(sizes, size => size.gpus === 0 && size.cores >= 2);
  return affordable?.name ?? wanted;
}

/**
 * The few sizes that suit most people, by name: the usual one, a cheaper one, one with more memory
 * and the cheapest with a GPU; only such as can be had now.
 */
export function recommended(
  sizes: readonly VmSize[],
  usual: string | null
): Map<string, Recommendation> {
  const found = new Map<string, Recommendation>();
  const first = sizes.find(size => size.name === usualSize(sizes, usual));
  const add = (size: VmSize | undefined, why: Recommendation) => {
    if (size && size.available !== 'no' && !found.has(size.name)) {
      found.set(size.name, why);
    }
  };
  add(first, 'usual');
  const price = first?.price_per_hour ?? Infinity;
  const memory = first?.memory_gb ?? 8;
  add(
    cheapest(
      sizes,
      size =>
        size.gpus === 0 &&
        size.cores >= 2 &&
        size.memory_gb >= 7 &&
        (size.price_per_hour ?? Infinity) < price
    ),
    'small'
  );
  add(
    cheapest(sizes, size => size.gpus === 0 && size.memory_gb >= 2 * memory),
    'memory'
  );
  add(
    cheapest(sizes, size => size.gpus > 0),
    'gpu'
  );
  return found;
}

/** Sizes in an order; those that cannot be had now come last in every one. */
export function orderedSizes(
  sizes: readonly VmSize[],
  order: SizeOrder,
  first: ReadonlyMap<string, Recommendation>
): VmSize[] {
  const ranks = [...first.keys()];
  const rank = (size: VmSize) => ranks.indexOf(size.name) + 1 || ranks.length + 1;
  const price = (size: VmSize) => size.price_per_hour ?? Infinity;
  const by: Record<SizeOrder, (a: VmSize, b: VmSize) => number> = {
    recommended: (a, b) => rank(a) - rank(b),
    price: () => 0,
    cores: (a, b) => a.cores - b.cores,
    memory: (a, b) => a.memory_gb - b.memory_gb,
    name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })
  };
  return [...sizes].sort(
    (a, b) =>
      Number(a.available === 'no') - Number(b.available === 'no') ||
      by[order](a, b) ||
      compare(price(a), price(b)) ||
      a.name.localeCompare(b.name)
  );
}

/** Whether two spellings mean the same size: Azure does not tell large letters from small. */
export function sameSize(
  one: string | null | undefined,
  other: string | null | undefined
): boolean {
  return (one ?? '').toLowerCase() === (other ?? '').toLowerCase();
}

function cheapest(sizes: readonly VmSize[], wanted: (size: VmSize) => boolean): VmSize | undefined {
  return sizes
    .filter(size => size.available !== 'no' && wanted(size))
    .sort((a, b) => compare(a.price_per_hour ?? Infinity, b.price_per_hour ?? Infinity))[0];
}

/** Unlike a difference, right for infinity too. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
