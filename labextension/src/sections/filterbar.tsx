import React from 'react';
import type { IInstanceView, SortKey } from '../model/view';
import { useFace } from '../ui/context';
import { MenuButton } from '../ui/menu';

/** What the bar above the instances needs. */
export interface IFilterBarProps {
  filter: string;
  setFilter: (filter: string) => void;
  view: IInstanceView;
  /** How many instances are shown, of how many. */
  shown: number;
  total: number;
}

/** Search, only mine, order and groups. */
export function FilterBar(props: IFilterBarProps): React.JSX.Element {
  const { filter, setFilter, shown, total, view } = props;
  const { preferences, trans } = useFace();
  const orders: [SortKey, string][] = [
    ['name', trans.__('By name')],
    ['state', trans.__('By state')],
    ['price', trans.__('By price, dearest first')],
    ['running', trans.__('By time, longest first')],
    ['size', trans.__('By size')],
    ['owner', trans.__('By owner')],
    ['created', trans.__('Newest first')]
  ];
  return (
    <div className="jp-CIManager-filterBar" role="search">
      <input
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Filter')}
        aria-label={trans.__('Filter instances by name, state, size, owner or tag')}
        value={filter}
        onChange={event => setFilter(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && filter) {
            event.stopPropagation();
            setFilter('');
          }
        }}
      />
      <label className="jp-CIManager-check">
        <input
          type="checkbox"
          checked={view.onlyMine}
          onChange={event => preferences.update({ onlyMine: event.target.checked })}
        />
        {trans.__('Only mine')}
      </label>
      <MenuButton
        label={trans.__('Order and groups')}
        entries={() => [
          ...orders.map(([sort, label]) => ({
            label,
            checked: view.sort === sort,
            run: () => preferences.update({ sort })
          })),
          {
            label: trans.__('Grouped by state'),
            checked: view.grouped,
            separated: true,
            run: () => preferences.update({ grouped: !view.grouped })
          }
        ]}
      />
      <span className={shown < total ? 'jp-CIManager-count' : 'jp-CIManager-hidden'} role="status">
        {shown < total ? trans.__('%1 of %2 shown', shown, total) : ''}
      </span>
    </div>
  );
}
