import React from 'react';
import type { ApiError } from '../errors';
import { useFace } from '../ui/context';
import { CheckField } from './form';

/** Something that uses an environment, as the server tells it. */
interface IUse {
  pid: number;
  kind: 'kernel' | 'notebook' | 'program' | 'terminal';
  name: string;
}

/** What uses an environment, of a refusal for that reason; `null` for any other one. */
export function usesIn(error: ApiError | null): IUse[] | null {
  if (error?.code !== 'environment_in_use') {
    return null;
  }
  const uses = error.info.details?.['uses'];
  return Array.isArray(uses) ? (uses as IUse[]) : [];
}

/** What is running in an environment, and the word that it may be lost. */
export function InUse(props: {
  uses: readonly IUse[];
  agreed: boolean;
  onAgree: (agreed: boolean) => void;
  label: string;
}): React.JSX.Element {
  const { trans } = useFace();
  const words: Record<IUse['kind'], string> = {
    notebook: trans.__('Notebook'),
    kernel: trans.__('Kernel'),
    terminal: trans.__('Terminal'),
    program: trans.__('Program')
  };
  return (
    <div className="jp-CIManager-notice" data-kind="warning" role="alert">
      <strong>{trans.__('It is in use now:')}</strong>
      <ul className="jp-CIManager-uses">
        {props.uses.map(use => (
          <li key={use.pid}>
            {words[use.kind]}: <code>{use.name}</code>
          </li>
        ))}
      </ul>
      <CheckField
        field="confirm"
        label={props.label}
        value={props.agreed}
        onChange={props.onAgree}
        help={trans.__('What these hold in memory is lost.')}
      />
    </div>
  );
}
