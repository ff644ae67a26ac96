import React from 'react';
import { Field } from './field';

/** What is wrong with a form, by the server's names of the fields. */
export type Problems = Readonly<Record<string, React.ReactNode>>;

const ProblemsContext = React.createContext<Problems>({});

/** Give the fields inside what is wrong with them. */
export const ProblemsProvider = ProblemsContext.Provider;

/** What is wrong with a field; empty when nothing is. */
export function useProblem(field: string): React.ReactNode {
  return React.useContext(ProblemsContext)[field] ?? '';
}

interface IFieldBase {
  /** The server's name of it: what is wrong lands here, and the focus with it. */
  field: string;
  label: string;
  help?: React.ReactNode;
}

/** One line or, with `rows`, several lines of text. */
export function TextField(
  props: IFieldBase & {
    value: string;
    onChange: (value: string) => void;
    placeholder?: string;
    rows?: number;
    inputMode?: 'numeric' | 'text';
    autofocus?: boolean;
    reference?: React.RefObject<HTMLInputElement>;
    disabled?: boolean;
    problem?: string;
  }
): React.JSX.Element {
  const problem = useProblem(props.field);
  const shared = {
    'data-field': props.field,
    ...(props.autofocus ? { 'data-autofocus': true } : {}),
    className: 'jp-mod-styled',
    autoComplete: 'off',
    spellCheck: false,
    placeholder: props.placeholder,
    disabled: props.disabled,
    value: props.value,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      props.onChange(event.target.value)
  };
  return (
    <Field label={props.label} help={props.help} error={props.problem || problem}>
      {ties =>
        props.rows ? (
          <textarea {...ties} {...shared} rows={props.rows} />
        ) : (
          <input {...ties} {...shared} ref={props.reference} inputMode={props.inputMode} />
        )
      }
    </Field>
  );
}

/** One of several values. */
export function SelectField<T extends string>(
  props: IFieldBase & {
    value: T;
    onChange: (value: T) => void;
    options: readonly (readonly [value: T, label: string])[];
    disabled?: boolean;
  }
): React.JSX.Element {
  const problem = useProblem(props.field);
  return (
    <Field label={props.label} help={props.help} error={problem}>
      {ties => (
        <select
          {...ties}
          data-field={props.field}
          value={props.value}
          disabled={props.disabled}
          onChange={event => props.onChange(event.target.value as T)}
        >
          {props.options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Yes or no. */
export function CheckField(
  props: IFieldBase & { value: boolean; onChange: (value: boolean) => void; disabled?: boolean }
): React.JSX.Element {
  const id = React.useId();
  const problem = useProblem(props.field);
  return (
    <div className="jp-CIManager-field" data-error={Boolean(problem)}>
      <label className="jp-CIManager-check">
        <input
          type="checkbox"
          data-field={props.field}
          aria-describedby={`${id}-about`}
          aria-invalid={Boolean(problem)}
          checked={props.value}
          disabled={props.disabled}
          onChange={event => props.onChange(event.target.checked)}
        />
        {props.label}
      </label>
      <div id={`${id}-about`} className="jp-CIManager-about" aria-live="polite">
        {problem || props.help}
      </div>
    </div>
  );
}

/** One of a few ways, all of them in sight. */
export function Choices<T extends string>(
  props: IFieldBase & {
    value: T;
    onChange: (value: T) => void;
    options: readonly (readonly [value: T, label: string])[];
  }
): React.JSX.Element {
  const name = React.useId();
  const problem = useProblem(props.field);
  return (
    <fieldset
      className="jp-CIManager-field jp-CIManager-choices"
      data-error={Boolean(problem)}
      aria-describedby={`${name}-about`}
    >
      <legend>{props.label}</legend>
      <div className="jp-CIManager-choiceRow">
        {props.options.map(([value, label], index) => (
          <label key={value} className="jp-CIManager-check">
            <input
              type="radio"
              name={name}
              data-field={index === 0 ? props.field : undefined}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            {label}
          </label>
        ))}
      </div>
      <div id={`${name}-about`} className="jp-CIManager-about" aria-live="polite">
        {problem || props.help}
      </div>
    </fieldset>
  );
}

/** Options that are folded until somebody wants them; beside the label stands what is set. */
export function Group(props: {
  label: string;
  state?: string;
  /** Whether something inside is not right. */
  wrong?: boolean;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <details className="jp-CIManager-group">
      <summary>
        <span className="jp-CIManager-groupLabel">{props.label}</span>
        <span className="jp-CIManager-groupState" data-error={props.wrong ?? false}>
          {props.state}
        </span>
      </summary>
      <div className="jp-CIManager-groupBody">{props.children}</div>
    </details>
  );
}

/** What must be set on a form's node so that it notices which fields were left. */
interface ILeaving {
  onBlur: (event: React.FocusEvent) => void;
  onClick: () => void;
  onKeyUp: () => void;
}

/**
 * The fields in which somebody has been, and what notices it. A field counts as left only once the
 * click that left it is over: what is said then may move the rest of the form.
 */
export function useLeftFields(): [readonly string[], ILeaving] {
  const [left, setLeft] = React.useState<readonly string[]>([]);
  const pending = React.useRef(new Set<string>());
  const settle = () => {
    const news = [...pending.current].filter(field => !left.includes(field));
    pending.current.clear();
    if (news.length > 0) {
      setLeft([...left, ...news]);
    }
  };
  const onBlur = (event: React.FocusEvent) => {
    const field = (event.target as HTMLElement).dataset.field;
    if (field) {
      pending.current.add(field);
    }
  };
  return [left, { onBlur, onClick: settle, onKeyUp: settle }];
}

/**
 * Bring a field into sight and put the focus into it, whatever is folded around it.
 *
 * @param field - The server's name; where only a part of it is asked for as a whole, that is taken.
 */
export function reveal(root: HTMLElement | null, field: string): void {
  const all = [...(root?.querySelectorAll<HTMLElement>('[data-field]') ?? [])];
  const node =
    all.find(each => each.dataset.field === field) ??
    all.find(each => field.startsWith(each.dataset.field ?? ' '));
  if (!node) {
    return;
  }
  for (
    let folded = node.closest('details');
    folded;
    folded = folded.parentElement?.closest('details') ?? null
  ) {
    folded.open = true;
  }
  node.focus();
  node.scrollIntoView({ block: 'center' });
}
