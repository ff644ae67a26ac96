import type { TranslationBundle } from '@jupyterlab/translation';
import type { Usage } from '../wire';

/** The family of which the largest part is used. */
export interface IFullest {
  family: string;
  used: number;
  limit: number;
  full: boolean;
}

/** The family whose quota is nearest to its end; `null` when nothing is used or known. */
export function fullest(usages: readonly Usage[]): IFullest | null {
  const known = usages.flatMap(({ family, name, used, limit }) =>
    limit && used > 0 ? [{ family: family && (name || family), used, limit }] : []
  );
  known.sort((a, b) => b.used / b.limit - a.used / a.limit);
  const first = known[0];
  return first
    ? { ...first, family: shortFamily(first.family), full: first.used >= first.limit }
    : null;
}

/** Such as "Quota: NCSv3 full". */
export function quotaWords(quota: IFullest, trans: TranslationBundle): string {
  const family = quota.family || trans.__('Region');
  return quota.full
    ? trans.__('Quota: %1 full', family)
    : trans.__('Quota: %1 %2 of %3', family, quota.used, quota.limit);
}

/** A family as people say it: `DSv2` for `Standard DSv2 Family vCPUs`. */
export function shortFamily(name: string): string {
  return name
    .replace(/^Standard\s*/i, '')
    .replace(/\s*Family.*$/i, '')
    .replace(/\s*(Cluster )?Dedicated vCPUs$/i, '');
}
