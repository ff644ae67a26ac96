import React from 'react';
import { useAnswer } from '../../ui/answer';
import { useFace } from '../../ui/context';
import { TextField } from '../form';

/**
 * The name, checked against Azure's rule and the region while one types. A name that was only
 * proposed makes way for a free one by itself.
 */
export function NameField(props: {
  value: string;
  onChange: (name: string) => void;
  /** Whether it may be the name of an instance that is there. */
  mayExist: boolean;
}): React.JSX.Element {
  const { model, trans } = useFace();
  const { mayExist, onChange, value } = props;
  const input = React.useRef<HTMLInputElement>(null);
  const [typed, setTyped] = React.useState(false);
  const name = value.trim();
  const { value: check, current } = useAnswer(name || null, each => model.api.checkName(each), 300);
  const bad = current && check !== null && (!check.valid || check.available === 'no');
  const suggestion = bad ? check.suggestion : null;
  React.useEffect(() => input.current?.select(), []);
  React.useEffect(() => {
    if (suggestion && !typed) {
      onChange(suggestion);
    }
  }, [suggestion, typed, onChange]);
  const free = current && check?.available === 'yes';
  return (
    <div>
      <TextField
        field="name"
        label={trans.__('Name')}
        autofocus
        reference={input}
        value={value}
        onChange={text => {
          setTyped(true);
          onChange(text);
        }}
        problem={bad && !(mayExist && check.valid) ? check.reason : ''}
        help={
          free ? (
            <span className="jp-CIManager-good">{trans.__('This name is free.')}</span>
          ) : current && check?.available === 'unknown' ? (
            check.reason
          ) : (
            trans.__('3 to 24 letters, digits and dashes; unique in the region.')
          )
        }
      />
      {suggestion && typed && (
        <button
          type="button"
          className="jp-CIManager-link"
          onClick={() => {
            onChange(suggestion);
            input.current?.focus();
          }}
        >
          {trans.__('Use %1', suggestion)}
        </button>
      )}
    </div>
  );
}
