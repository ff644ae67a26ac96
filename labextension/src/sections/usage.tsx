import React from 'react';
import { useFace, useResource } from '../ui/context';
import type { Usage } from '../wire';

const SHOWN = 2;

/**
 * A line of words, and below it how much of each VM family's quota is used: the fullest first, the
 * rest on demand.
 */
export function UsageBars({ words }: { words: string }): React.JSX.Element {
  const { model, trans } = useFace();
  const { value } = useResource(model.usages);
  const [all, setAll] = React.useState(false);
  const id = React.useId();
  const usages = (value ?? [])
    .filter(usage => usage.limit !== null && (usage.used > 0 || all))
    .sort((a, b) => share(b) - share(a));
  return (
    <>
      <div className="jp-CIManager-total">
        <span>{words}</span>
        {value && value.length > SHOWN && (
          <button
            type="button"
            className="jp-CIManager-link"
            aria-expanded={all}
            aria-controls={id}
            onClick={() => setAll(!all)}
          >
            {all ? trans.__('Show less') : trans.__('Show all quotas')}
          </button>
        )}
      </div>
      {usages.length > 0 && (
        <div id={id} className="jp-CIManager-usages" role="group" aria-label={trans.__('Quota')}>
          {usages.slice(0, all ? undefined : SHOWN).map(usage => (
            <UsageBar key={usage.family} usage={usage} />
          ))}
        </div>
      )}
    </>
  );
}

function UsageBar({ usage }: { usage: Usage }): React.JSX.Element {
  const { trans } = useFace();
  const limit = usage.limit ?? 0;
  const full = usage.used >= limit;
  const name = usage.family === '' ? trans.__('Region') : shortFamily(usage.name || usage.family);
  const holders = usage.holders
    .map(holder => trans._n('%2: %1 core', '%2: %1 cores', holder.cores, holder.name))
    .join('\n');
  const words = full
    ? trans.__('full (%1 of %2 cores)', usage.used, limit)
    : trans.__('%1 of %2 cores', usage.used, limit);
  return (
    <div className="jp-CIManager-usage" title={holders}>
      <span className="jp-CIManager-usageName">{name}</span>
      <meter
        min={0}
        max={Math.max(limit, 1)}
        value={Math.min(usage.used, Math.max(limit, 1))}
        low={Math.max(limit, 1) * 0.8}
        high={Math.max(limit, 1) * 0.99}
        optimum={0}
        aria-label={trans.__('Quota of %1', name)}
      >
        {words}
      </meter>
      <span className="jp-CIManager-usageWords">{words}</span>
    </div>
  );
}

/** A family as people say it: `DSv2` for `Standard DSv2 Family vCPUs`. */
function shortFamily(name: string): string {
  return name
    .replace(/^Standard\s*/i, '')
    .replace(/\s*Family.*$/i, '')
    .replace(/\s*(Cluster )?Dedicated vCPUs$/i, '');
}

function share(usage: Usage): number {
  return usage.limit ? usage.used / usage.limit : usage.used > 0 ? 2 : 0;
}
