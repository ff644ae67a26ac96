import React from 'react';
import { bytes } from '../model/format';
import { type IWord, nameAt, withName } from '../model/packagewords';
import { useAnswer } from '../ui/answer';
import { useFace } from '../ui/context';
import type { PackageMatch } from '../wire';
import { Field } from './field';
import { useProblem } from './form';

/** What a field for packages needs. */
export interface IPackageFieldProps {
  field: string;
  label: string;
  help?: React.ReactNode;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  /** Where to look for proposals; empty for where new environments take packages from. */
  channels?: readonly string[];
  /** Whether channels are asked at all; pip's index cannot be searched. */
  search?: boolean;
  autofocus?: boolean;
  problem?: string;
}

/** Names of packages, with proposals from the channels while one types. */
export function PackageField(props: IPackageFieldProps): React.JSX.Element {
  const { model, trans } = useFace();
  const { channels = [], onChange, search = true, value } = props;
  const problem = useProblem(props.field);
  const list = React.useId();
  const input = React.useRef<HTMLInputElement>(null);
  const [word, setWord] = React.useState<IWord | null>(null);
  const [marked, setMarked] = React.useState(-1);
  const { current, value: found } = useAnswer(
    search && word ? `${channels.join(',')} ${word.word}` : null,
    () => model.api.searchPackages(word?.word ?? '', channels),
    250
  );
  const matches = word && current ? (found?.packages ?? []) : [];
  const open = matches.length > 0;
  const close = () => {
    setWord(null);
    setMarked(-1);
  };
  const take = (match: PackageMatch) => {
    if (word) {
      onChange(withName(value, word, match.name));
    }
    close();
    input.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!open) {
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = matches.length + 1;
      setMarked(((marked + 1 + step + count) % count) - 1);
    } else if (event.key === 'Enter' && marked >= 0) {
      take(matches[marked]);
    } else if (event.key === 'Escape') {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Field label={props.label} help={props.help} error={props.problem || problem}>
      {ties => (
        <div className="jp-CIManager-combo">
          <input
            {...ties}
            ref={input}
            {...(props.autofocus ? { 'data-autofocus': true } : {})}
            data-field={props.field}
            className="jp-mod-styled"
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={open}
            aria-controls={list}
            aria-activedescendant={marked >= 0 ? `${list}-${marked}` : undefined}
            autoComplete="off"
            spellCheck={false}
            placeholder={props.placeholder}
            value={value}
            onChange={event => {
              onChange(event.target.value);
              setWord(nameAt(event.target.value, event.target.selectionStart ?? 0));
              setMarked(-1);
            }}
            onKeyDown={onKeyDown}
            onBlur={close}
          />
          <ul
            id={list}
            role="listbox"
            className="jp-CIManager-proposals"
            aria-label={trans.__('Packages of the channels')}
            hidden={!open}
          >
            {matches.map((match, index) => (
              // The keyboard stays in the input, which names the marked proposal.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events
              <li
                key={match.name}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === marked}
                onMouseDown={event => event.preventDefault()}
                onClick={() => take(match)}
              >
                <span className="jp-CIManager-name">{match.name}</span>
                <span>{match.version}</span>
                <span className="jp-CIManager-about">
                  {[match.summary, match.size_bytes ? bytes(match.size_bytes) : '']
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Field>
  );
}
