import { caretDownIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { IInstanceView, SortKey } from '../model/view';
import { useFace } from '../ui/context';

/** What people look for comes first: the dearest, the longest running. */
const DIRECTION: Partial<Record<SortKey, 'descending'>> = {
  price: 'descending',
  running: 'descending'
};

/** Titles above a wide list of instances; each sorts by its column. */
export function ColumnHeaders({ view }: { view: IInstanceView }): React.JSX.Element {
  const { preferences, trans } = useFace();
  const columns: [SortKey | null, string][] = [
    ['name', trans.__('Name')],
    ['state', trans.__('State')],
    ['size', trans.__('Size')],
    ['price', trans.__('Price')],
    ['running', trans.__('Running')],
    ['owner', trans.__('Owner')],
    [null, trans.__('Remark')],
    [null, trans.__('Actions')]
  ];
  return (
    <>
      {columns.map(([sort, label]) => (
        <div
          key={label}
          role="columnheader"
          aria-sort={sort && view.sort === sort ? (DIRECTION[sort] ?? 'ascending') : undefined}
        >
          {sort ? (
            <button
              type="button"
              className="jp-CIManager-column"
              title={trans.__('Sort by this column')}
              onClick={() => preferences.update({ sort })}
            >
              <span>{label}</span>
              {view.sort === sort && <caretDownIcon.react tag="span" aria-hidden="true" />}
            </button>
          ) : (
            <span>{label}</span>
          )}
        </div>
      ))}
    </>
  );
}
