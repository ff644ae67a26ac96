import React from 'react';
import type { ApiError } from '../errors';
import { useAnswer } from '../ui/answer';
import { useFace } from '../ui/context';
import type { Use } from '../wire';
import { CheckField } from './form';

/** What uses an environment, of a refusal for that reason; `null` for any other one. */
export function usesIn(error: ApiError | null): Use[] | null {
  if (error?.code !== 'environment_in_use') {
    return null;
  }
  const uses = error.info.details?.['uses'];
  return Array.isArray(uses) ? (uses as Use[]) : [];
}

/**
 * What uses an environment, known from the beginning on and better once the server has refused for
 * that reason; `null` when nothing does.
 */
export function useUses(prefix: string, error: ApiError | null): Use[] | null {
  const { model } = useFace();
  const first = useAnswer(prefix, () => model.api.uses(prefix)).value ?? [];
  return usesIn(error) ?? (first.length > 0 ? first : null);
}

/** What is running in an environment, and the word that it may be lost. */
export function InUse(props: {
  uses: readonly Use[];
  agreed: boolean;
  onAgree: (agreed: boolean) => void;
  label: string;
  /** What becomes of them. */
  outlook?: string;
}): React.JSX.Element {
  const { trans } = useFace();
  const words: Record<Use['kind'], string> = {
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
            {!use.is_ours && (use.kind === 'kernel' || use.kind === 'notebook') && (
              <div>{trans.__('Another Jupyter server runs it: shut it down there.')}</div>
            )}
          </li>
        ))}
      </ul>
      <CheckField
        field="confirm"
        label={props.label}
        value={props.agreed}
        onChange={props.onAgree}
        help={[trans.__('What these hold in memory is lost.'), props.outlook ?? '']
          .filter(Boolean)
          .join(' ')}
      />
    </div>
  );
}
