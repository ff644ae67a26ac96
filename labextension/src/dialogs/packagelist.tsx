import React from 'react';
import { bytes } from '../model/format';
import { useAnswer } from '../ui/answer';
import { useFace } from '../ui/context';
import { Loading } from '../ui/notice';
import { VirtualList } from '../ui/virtuallist';
import type { Environment, Package } from '../wire';

const PIP = 'pip';

/** What the list of an environment's packages needs. */
export interface IPackageListProps {
  environment: Environment;
  /** `null` while they are read. */
  packages: readonly Package[] | null;
  /** Names of those that are picked for a change. */
  picked: readonly string[];
  onPick: (action: 'update' | 'remove', name: string, source: Package['source']) => void;
}

/** The packages of an environment: to be searched, and picked for an update or a removal. */
export function PackageList(props: IPackageListProps): React.JSX.Element {
  const { model, trans } = useFace();
  const { environment, packages, picked } = props;
  const languages = useAnswer('languages', () => model.api.languages()).value ?? [];
  const spoken = environment.language?.toLowerCase();
  const needed = new Set(
    languages
      .filter(each => [each.name, each.title.toLowerCase()].includes(spoken ?? ''))
      .flatMap(each => each.packages)
  );
  const [filter, setFilter] = React.useState('');
  const [chosen, setChosen] = React.useState(false);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = React.useMemo(
    () =>
      (packages ?? []).filter(
        each =>
          (!chosen || each.requested) &&
          words.every(word => `${each.name} ${each.version}`.toLowerCase().includes(word))
      ),
    // The words follow the filter.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [packages, filter, chosen]
  );
  const anyChosen = packages?.some(each => each.requested) ?? false;
  return (
    <div className="jp-CIManager-packageBox">
      <div className="jp-CIManager-sizesFilter">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter')}
          aria-label={trans.__('Filter packages')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        {anyChosen && (
          <label className="jp-CIManager-check">
            <input
              type="checkbox"
              checked={chosen}
              onChange={event => setChosen(event.target.checked)}
            />
            {trans.__('Only those asked for')}
          </label>
        )}
        <span className="jp-CIManager-about" role="status">
          {packages ? trans._n('%1 package', '%1 packages', shown.length) : ''}
        </span>
      </div>
      <div className="jp-CIManager-packages">
        {!packages ? (
          <Loading />
        ) : shown.length === 0 ? (
          <div className="jp-CIManager-sizesPart">{trans.__('No package matches.')}</div>
        ) : (
          <VirtualList
            items={shown}
            label={trans.__('Packages of %1', environment.name)}
            keyOf={keyOf}
            heightOf={heightOf}
            render={(each, _, active) => (
              <PackageRow
                each={each}
                active={active}
                picked={picked.includes(each.name)}
                isNeeded={each.requested && needed.has(each.name)}
                onPick={props.onPick}
              />
            )}
          />
        )}
      </div>
    </div>
  );
}

function PackageRow(props: {
  each: Package;
  active: boolean;
  picked: boolean;
  /** Whether the environment's kernel cannot be without it. */
  isNeeded: boolean;
  onPick: IPackageListProps['onPick'];
}): React.JSX.Element {
  const { trans } = useFace();
  const { active, each, onPick, picked } = props;
  const button = (action: 'update' | 'remove', label: string, said: string) => (
    <button
      type="button"
      className="jp-CIManager-button"
      tabIndex={active ? 0 : -1}
      aria-label={said}
      onClick={() => onPick(action, each.name, each.source)}
    >
      {label}
    </button>
  );
  return (
    <>
      <span role="gridcell" className="jp-CIManager-packageName" data-picked={picked}>
        {each.name}
        {props.isNeeded && (
          <span className="jp-CIManager-about">{trans.__('needed by the kernel')}</span>
        )}
      </span>
      <span role="gridcell" className="jp-CIManager-packageVersion">
        {each.version}
      </span>
      <span role="gridcell" className="jp-CIManager-packageFrom" title={each.channel}>
        {each.source === 'pypi' ? PIP : each.size_bytes ? bytes(each.size_bytes) : ''}
      </span>
      <span role="gridcell" className="jp-CIManager-rowActions">
        {button('update', trans.__('Update'), trans.__('Update %1', each.name))}
        {button('remove', trans.__('Remove'), trans.__('Remove %1', each.name))}
      </span>
    </>
  );
}

function keyOf(each: Package): string {
  return `${each.source}:${each.name}`;
}

function heightOf(): number {
  return 26;
}
