import React from 'react';
import { ApiError } from '../errors';
import { type IFace, useFace } from '../ui/context';
import type { Environment, Job } from '../wire';
import { FormError } from './field';
import { ProblemsProvider, reveal, TextField } from './form';
import { type IFormProps, showForm } from './formdialog';
import { InUse, useUses } from './inuse';

/**
 * Ask for an environment's new name, and begin to rename it. Gives the job, or `null`.
 */
export function renameEnvironmentDialog(
  face: IFace,
  environment: Environment
): Promise<Job | null> {
  const { trans } = face;
  return showForm<Job>(face, props => <RenameForm {...props} environment={environment} />, {
    title: trans.__('Rename environment %1', environment.name),
    accept: trans.__('Rename'),
    trans
  });
}

function RenameForm(props: IFormProps<Job> & { environment: Environment }): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, environment } = props;
  const [name, setName] = React.useState(environment.name);
  const [error, setError] = React.useState<ApiError | null>(null);
  const [agreed, setAgreed] = React.useState(false);
  const uses = useUses(environment.prefix, error);
  const root = React.useRef<HTMLDivElement>(null);
  const same = new ApiError(
    {
      code: 'same_name',
      field: 'name',
      message: trans.__('That is its name now: give it another.')
    },
    0
  );
  const input = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => input.current?.select(), []);
  bind(async () => {
    if (name.trim() === environment.name) {
      setError(same);
      input.current?.focus();
      return null;
    }
    if (uses && !agreed) {
      reveal(root.current, 'confirm');
      return null;
    }
    try {
      return await model.api.renameEnvironment(
        environment.prefix,
        name.trim(),
        agreed ? environment.name : null
      );
    } catch (reason) {
      setError(ApiError.from(reason));
      return null;
    }
  });
  const problem =
    error?.field === 'name' ? [error.message, error.hint].filter(Boolean).join(' ') : '';
  return (
    <ProblemsProvider value={{ name: problem }}>
      <div ref={root} className="jp-CIManager-formBody">
        <TextField
          field="name"
          label={trans.__('New name')}
          autofocus
          reference={input}
          value={name}
          onChange={text => {
            setName(text);
            setError(null);
          }}
          help={trans.__(
            'Its kernels follow. It is made anew under the new name, and tested, before the old one goes.'
          )}
        />
        {uses ? (
          <InUse
            uses={uses}
            agreed={agreed}
            onAgree={setAgreed}
            label={trans.__('Rename it all the same')}
            outlook={trans.__('Notebooks and consoles get the renamed kernel, started anew.')}
          />
        ) : (
          !problem && <FormError error={error} />
        )}
      </div>
    </ProblemsProvider>
  );
}
