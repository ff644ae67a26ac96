import React from 'react';
import { pricePerHour, shortSize, sizeFacts } from '../model/format';
import {
  orderedSizes,
  type Recommendation,
  recommended,
  sameSize,
  type SizeOrder
} from '../model/sizes';
import { useFace } from '../ui/context';
import type { VmSize } from '../wire';
import { useProblem } from './form';

/** What the list of sizes needs. */
export interface ISizePickerProps {
  sizes: readonly VmSize[];
  value: string;
  onChange: (name: string) => void;
  /** The size that the settings name for new instances. */
  usual: string | null;
  /** A size that is in use already and is not offered again. */
  except?: string | null;
  /** Whether the dialog begins here. */
  autofocus?: boolean;
}

type Kind = 'all' | 'cpu' | 'gpu';

/**
 * Sizes as one sees them: bars for cores and memory, the price, and whether one can have it.
 */
export function SizePicker(props: ISizePickerProps): React.JSX.Element {
  const { trans } = useFace();
  const [filter, setFilter] = React.useState('');
  const [kind, setKind] = React.useState<Kind>('all');
  const [order, setOrder] = React.useState<SizeOrder>('recommended');
  const group = React.useId();
  const problem = useProblem('vm_size');
  const { sizes, usual } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const [most, first] = React.useMemo(
    () => [
      {
        cores: Math.max(1, ...sizes.map(size => size.cores)),
        memory: Math.max(1, ...sizes.map(size => size.memory_gb))
      },
      recommended(sizes, usual)
    ],
    [sizes, usual]
  );
  // The chosen one comes into sight when the list is shown. In another order one looks for the first.
  React.useEffect(() => {
    if (order !== 'recommended') {
      list.current?.scrollTo({ top: 0 });
      return;
    }
    const chosen = list.current?.querySelector(':checked')?.closest('label');
    if (list.current && chosen) {
      const top = chosen.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
      list.current.scrollTop += top - list.current.clientHeight / 3;
    }
  }, [order]);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = orderedSizes(sizes, order, first)
    .filter(size => !sameSize(size.name, props.except))
    .filter(size => kind === 'all' || (kind === 'gpu') === size.gpus > 0)
    .filter(size => {
      const text = `${size.name} ${shortSize(size.name)} ${sizeFacts(size, trans)}`.toLowerCase();
      return words.every(word => text.includes(word));
    });
  const firstOff = shown.findIndex(size => size.available === 'no');
  return (
    <fieldset className="jp-CIManager-sizes" data-error={Boolean(problem)}>
      <legend>{trans.__('Size')}</legend>
      <div className="jp-CIManager-sizesFilter">
        <input
          type="search"
          {...(props.autofocus ? { 'data-autofocus': true } : {})}
          className="jp-mod-styled"
          placeholder={trans.__('Filter, such as “8 cores”')}
          aria-label={trans.__('Filter sizes')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        <select
          aria-label={trans.__('With or without GPU')}
          value={kind}
          onChange={event => setKind(event.target.value as Kind)}
        >
          <option value="all">{trans.__('With and without GPU')}</option>
          <option value="cpu">{trans.__('Without GPU')}</option>
          <option value="gpu">{trans.__('With GPU')}</option>
        </select>
        <select
          aria-label={trans.__('Order')}
          value={order}
          onChange={event => setOrder(event.target.value as SizeOrder)}
        >
          <option value="recommended">{trans.__('Recommended first')}</option>
          <option value="price">{trans.__('Cheapest first')}</option>
          <option value="cores">{trans.__('By cores')}</option>
          <option value="memory">{trans.__('By memory')}</option>
          <option value="name">{trans.__('By name')}</option>
        </select>
      </div>
      <div className="jp-CIManager-size jp-CIManager-sizesHead" aria-hidden="true">
        <span />
        <span>{trans.__('Name')}</span>
        <span className="jp-CIManager-legend">
          <span>{trans.__('cores')}</span>
          <span>{trans.__('memory')}</span>
        </span>
        <span />
        <span className="jp-CIManager-sizePrice">{trans.__('Price')}</span>
      </div>
      <div ref={list} className="jp-CIManager-sizesList">
        {shown.map((size, index) => (
          <React.Fragment key={size.name}>
            {index === firstOff && (
              <div className="jp-CIManager-sizesPart">{trans.__('Not possible now')}</div>
            )}
            <SizeRow
              size={size}
              group={group}
              most={most}
              why={first.get(size.name)}
              checked={sameSize(size.name, props.value)}
              onChange={props.onChange}
            />
          </React.Fragment>
        ))}
        {shown.length === 0 && (
          <div className="jp-CIManager-sizesPart">{trans.__('No size matches.')}</div>
        )}
      </div>
      {problem && (
        <div className="jp-CIManager-problem" role="alert">
          {problem}
        </div>
      )}
    </fieldset>
  );
}

interface ISizeRowProps {
  size: VmSize;
  group: string;
  most: { cores: number; memory: number };
  why?: Recommendation;
  checked: boolean;
  onChange: (name: string) => void;
}

function SizeRow(props: ISizeRowProps): React.JSX.Element {
  const { trans } = useFace();
  const { checked, group, most, size, why } = props;
  const off = size.available === 'no';
  const id = React.useId();
  const badges: Record<Recommendation, string> = {
    usual: trans.__('usual'),
    small: trans.__('cheaper'),
    memory: trans.__('more memory'),
    gpu: trans.__('with GPU')
  };
  return (
    <label className="jp-CIManager-size" data-off={off} title={size.name}>
      <input
        type="radio"
        name={group}
        data-field={checked ? 'vm_size' : undefined}
        checked={checked}
        aria-disabled={off ? true : undefined}
        aria-describedby={size.reason ? id : undefined}
        onChange={() => props.onChange(size.name)}
      />
      <span className="jp-CIManager-sizeName">
        {shortSize(size.name)} {why && <span className="jp-CIManager-badge">{badges[why]}</span>}
      </span>
      <span className="jp-CIManager-sizeBars" aria-hidden="true">
        <span style={{ width: share(size.cores, most.cores) }} />
        <span style={{ width: share(size.memory_gb, most.memory) }} />
      </span>
      <span className="jp-CIManager-sizeFacts">{sizeFacts(size, trans)}</span>
      <span className="jp-CIManager-sizePrice">
        {pricePerHour(size.price_per_hour, trans) || trans.__('price unknown')}
      </span>
      {size.reason && (
        <span id={id} className="jp-CIManager-sizeReason">
          {size.reason}
        </span>
      )}
    </label>
  );
}

/** How long a bar is: each doubling adds as much, for sizes reach from 1 core to hundreds. */
function share(amount: number, most: number): string {
  return `${(100 * Math.log2(1 + amount)) / Math.log2(1 + most)}%`;
}
