import React from 'react';
import { bytes } from '../model/format';
import { type IWord, nameAt, withName, wordAt } from '../model/packagewords';
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
  problem?: React.ReactNode;
  /** Whether what is filled in is being checked: Enter waits for that. */
  checking?: boolean;
  /** Called when a word is begun, and when it is finished: what is wrong with it is said then. */
  onTyping?: (typing: boolean) => void;
}

/** Milliseconds after which a word counts as finished although nothing follows it. */
const PAUSE = 1500;

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
  const nothing = search && word !== null && current && found !== null && !open;
  const [typing, setTyping] = React.useState(false);
  const { onTyping } = props;
  // While there are proposals for a word, or they are looked for, it is not finished.
  const rests = typing && !open && (!search || word === null || current);
  React.useEffect(() => {
    const timer = rests ? setTimeout(() => setTyping(false), PAUSE) : undefined;
    return () => clearTimeout(timer);
  }, [rests, value]);
  React.useEffect(() => onTyping?.(typing), [onTyping, typing]);
  // What begins as one types is what one means: it is marked, so that Enter or Tab takes it.
  const begins = matches[0]?.name.startsWith(word?.word.toLowerCase() ?? ' ');
  React.useEffect(() => setMarked(begins ? 0 : -1), [begins, word]);
  const close = () => {
    setWord(null);
    setMarked(-1);
    setTyping(false);
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
      if (event.key === 'Enter' && (typing || props.checking)) {
        // It finishes the word, whose check begins or goes on.
        setTyping(false);
        event.preventDefault();
        event.stopPropagation();
      }
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = matches.length;
      setMarked(marked < 0 && step < 0 ? count - 1 : (marked + step + count) % count);
    } else if (
      marked >= 0 &&
      (event.key === 'Enter' ||
        (event.key === 'Tab' && !event.shiftKey && matches[marked].name !== word?.word))
    ) {
      take(matches[marked]);
    } else if (event.key === 'Enter' || event.key === 'Escape') {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Field
      label={props.label}
      help={nothing ? trans.__('No package is called like “%1”.', word?.word ?? '') : props.help}
      error={typing ? '' : props.problem || problem}
    >
      {ties => (
        <div className="jp-CIManager-combo">
          <input
            {...ties}
            ref={input}
            {...(props.autofocus ? { 'data-autofocus': true } : {})}
            data-field={props.field}
            data-unfinished={typing || props.checking}
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
              const place = event.target.selectionStart ?? 0;
              setWord(nameAt(event.target.value, place));
              setTyping(wordAt(event.target.value, place) !== '');
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
