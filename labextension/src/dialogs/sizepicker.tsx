import React from 'react';
import { pricePerHour, shortSize, sizeFacts } from '../model/format';
import { useFace } from '../ui/context';
import type { VmSize } from '../wire';

/** What the list of sizes needs. */
export interface ISizePickerProps {
  sizes: readonly VmSize[];
  value: string;
  onChange: (name: string) => void;
  /** A size that is in use already and is not offered again. */
  except?: string | null;
}

type Kind = 'all' | 'cpu' | 'gpu';

/**
 * Sizes as one sees them: bars for cores and memory, the price, and whether one can have it.
 */
export function SizePicker(props: ISizePickerProps): React.JSX.Element {
  const { trans } = useFace();
  const [filter, setFilter] = React.useState('');
  const [kind, setKind] = React.useState<Kind>('all');
  const group = React.useId();
  const most = React.useMemo(
    () => ({
      cores: Math.max(1, ...props.sizes.map(size => size.cores)),
      memory: Math.max(1, ...props.sizes.map(size => size.memory_gb))
    }),
    [props.sizes]
  );
  const list = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    list.current?.querySelector(':checked')?.closest('label')?.scrollIntoView({ block: 'center' });
  }, []);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = props.sizes
    .filter(size => size.name !== props.except)
    .filter(size => kind === 'all' || (kind === 'gpu') === size.gpus > 0)
    .filter(size => {
      const text = `${size.name} ${size.family} ${sizeFacts(size, trans)}`.toLowerCase();
      return words.every(word => text.includes(word));
    })
    .sort(
      (a, b) =>
        Number(a.available === 'no') - Number(b.available === 'no') ||
        (a.price_per_hour ?? 1e9) - (b.price_per_hour ?? 1e9)
    );
  return (
    <fieldset className="jp-CIManager-sizes">
      <legend>{trans.__('Size')}</legend>
      <div className="jp-CIManager-sizesFilter">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter sizes')}
          aria-label={trans.__('Filter sizes')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        <select
          aria-label={trans.__('Kind of machine')}
          className="jp-CIManager-order"
          value={kind}
          onChange={event => setKind(event.target.value as Kind)}
        >
          <option value="all">{trans.__('All')}</option>
          <option value="cpu">{trans.__('Without GPU')}</option>
          <option value="gpu">{trans.__('With GPU')}</option>
        </select>
      </div>
      <div ref={list} className="jp-CIManager-sizesList">
        {shown.map(size => (
          <label
            key={size.name}
            className="jp-CIManager-size"
            data-off={size.available === 'no'}
            title={size.reason || size.name}
          >
            <input
              type="radio"
              name={group}
              checked={size.name === props.value}
              aria-disabled={size.available === 'no' ? true : undefined}
              onChange={() => props.onChange(size.name)}
            />
            <span className="jp-CIManager-sizeName">{shortSize(size.name)}</span>
            <span className="jp-CIManager-sizeBars" aria-hidden="true">
              <span style={{ width: share(size.cores, most.cores) }} />
              <span style={{ width: share(size.memory_gb, most.memory) }} />
            </span>
            <span className="jp-CIManager-sizeFacts">{sizeFacts(size, trans)}</span>
            <span className="jp-CIManager-sizePrice">
              {pricePerHour(size.price_per_hour, trans) || trans.__('price unknown')}
            </span>
            {size.available === 'no' && (
              <span className="jp-CIManager-sizeReason">{size.reason}</span>
            )}
          </label>
        ))}
        {shown.length === 0 && (
          <div className="jp-CIManager-about">{trans.__('No size matches.')}</div>
        )}
      </div>
    </fieldset>
  );
}

/** How long a bar is: each doubling adds as much, for sizes reach from 1 core to hundreds. */
function share(amount: number, most: number): string {
  return `${(100 * Math.log2(1 + amount)) / Math.log2(1 + most)}%`;
}
