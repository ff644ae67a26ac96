import React from 'react';
import { CommandIDs } from '../commands/ids';
import { shortFamily } from '../model/quota';
import { isRunningState } from '../model/states';
import { stateWord } from '../model/words';
import { useFace, useResource, useRun } from '../ui/context';
import type { Usage, UsageHolder } from '../wire';

/**
 * How much of each VM family's quota is used and by whom: one line with the fullest, for the list
 * above needs the room, and the rest on demand under a line of `words`.
 */
export function UsageBars({ words }: { words: string }): React.JSX.Element | null {
  const { model, trans } = useFace();
  const { value } = useResource(model.usages);
  const [all, setAll] = React.useState(false);
  const id = React.useId();
  if (!value || value.length === 0) {
    return null;
  }
  const usages = value
    .filter(usage => usage.limit !== null && (usage.used > 0 || all))
    .sort((a, b) => share(b) - share(a));
  const more = value.length > 1 && (
    <button
      type="button"
      className="jp-CIManager-link"
      aria-expanded={all}
      aria-controls={id}
      onClick={() => setAll(!all)}
    >
      {all ? trans.__('Show less') : trans.__('All quotas')}
    </button>
  );
  const isLine = !all && usages.length > 0;
  return (
    <div role="group" aria-label={words} className="jp-CIManager-quotas">
      {!isLine && (
        <div className="jp-CIManager-total">
          <span>{words}</span>
          {more}
        </div>
      )}
      <div id={id} className="jp-CIManager-usages" data-line={isLine} hidden={usages.length === 0}>
        {usages.slice(0, all ? undefined : 1).map(usage => (
          <UsageBar key={usage.family} usage={usage} short={isLine} />
        ))}
        {isLine && more}
      </div>
    </div>
  );
}

function UsageBar({ usage, short }: { usage: Usage; short: boolean }): React.JSX.Element {
  const { trans } = useFace();
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  const limit = Math.max(usage.limit ?? 0, 0);
  const full = usage.used > 0 && usage.used >= limit;
  const name = usage.family === '' ? trans.__('Region') : shortFamily(usage.name || usage.family);
  const none = limit === 0 && usage.used === 0;
  const words = none
    ? trans.__('no quota')
    : full
      ? trans.__('full (%1 of %2 cores)', usage.used, limit)
      : trans.__('%1 of %2 cores', usage.used, limit);
  // What Azure counts and nobody here holds belongs to other workspaces.
  const known = usage.holders.reduce((sum, holder) => sum + holder.cores, 0);
  const elsewhere = Math.max(0, usage.used - known);
  const idle = usage.holders
    .filter(holder => !works(holder))
    .reduce((sum, holder) => sum + holder.cores, 0);
  const width = (cores: number) => `${(100 * cores) / Math.max(limit, usage.used, 1)}%`;
  return (
    <div className="jp-CIManager-usage">
      <button
        type="button"
        className="jp-CIManager-usageRow"
        aria-expanded={open}
        aria-controls={id}
        aria-label={none ? `${name}: ${words}` : trans.__('%1: %2. Who holds them?', name, words)}
        title={
          none
            ? undefined
            : trans.__('Who holds the cores? The lighter part is held without being used.')
        }
        onClick={() => setOpen(!open)}
      >
        <span className="jp-CIManager-usageName">{name}</span>
        <span
          className="jp-CIManager-usageBar"
          data-full={full}
          data-none={none}
          aria-hidden="true"
        >
          <span style={{ width: width(usage.used - idle) }} />
          <span data-idle="true" style={{ width: width(Math.min(idle, usage.used)) }} />
        </span>
        <span className="jp-CIManager-usageWords">
          {short ? trans.__('%1 of %2', usage.used, limit) : words}
        </span>
      </button>
      <ul id={id} className="jp-CIManager-holders" hidden={!open}>
        {usage.holders.map(holder => (
          <Holder key={`${holder.kind} ${holder.name}`} holder={holder} />
        ))}
        {elsewhere > 0 && (
          <li>
            <span>{trans.__('other workspaces')}</span>
            <span>{trans._n('%1 core', '%1 cores', elsewhere)}</span>
          </li>
        )}
        {usage.used === 0 && (
          <li>
            {none
              ? trans.__(
                  'No instance of these sizes can be had here. Ask for quota in the Azure portal.'
                )
              : trans.__('Nobody.')}
          </li>
        )}
      </ul>
    </div>
  );
}

function Holder({ holder }: { holder: UsageHolder }): React.JSX.Element {
  const { trans } = useFace();
  const run = useRun();
  const state = holder.state ? stateWord(holder.state, trans) : '';
  return (
    <li data-idle={!works(holder)}>
      {holder.kind === 'instance' && run.has(CommandIDs.showInstance) ? (
        <button
          type="button"
          className="jp-CIManager-link"
          onClick={() => run(CommandIDs.showInstance, { name: holder.name })}
        >
          {holder.name}
        </button>
      ) : (
        <span>
          {holder.kind === 'instance' ? holder.name : trans.__('%1 (cluster)', holder.name)}
        </span>
      )}
      <span>
        {[trans._n('%1 core', '%1 cores', holder.cores), state].filter(Boolean).join(' · ')}
      </span>
    </li>
  );
}

/** Whether the cores do work: a stopped instance holds them all the same. */
function works(holder: UsageHolder): boolean {
  return holder.kind === 'cluster' || isRunningState(holder.state ?? '');
}

function share(usage: Usage): number {
  return usage.limit ? usage.used / usage.limit : usage.used > 0 ? 2 : 0;
}
