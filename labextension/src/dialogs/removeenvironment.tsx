import React from 'react';
import { ApiError } from '../errors';
import { bytes } from '../model/format';
import { type IFace, useFace } from '../ui/context';
import type { Environment, Job, Kernel } from '../wire';
import { FormError } from './field';
import { type IFormProps, showForm } from './formdialog';
import { InUse, useUses } from './inuse';

/**
 * Tell what is lost with an environment, and have it removed once that was read. Gives the job, or
 * `null`.
 */
export function removeEnvironmentDialog(
  face: IFace,
  environment: Environment,
  kernels: readonly Kernel[]
): Promise<Job | null> {
  const { trans } = face;
  return showForm<Job>(
    face,
    props => <RemoveForm {...props} environment={environment} kernels={kernels} />,
    {
      title: trans.__('Remove environment %1?', environment.name),
      accept: trans.__('Remove'),
      warn: true,
      trans
    }
  );
}

function RemoveForm(
  props: IFormProps<Job> & { environment: Environment; kernels: readonly Kernel[] }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, environment, kernels } = props;
  const [error, setError] = React.useState<ApiError | null>(null);
  const [agreed, setAgreed] = React.useState(false);
  const uses = useUses(environment.prefix, error);
  bind(async () => {
    if (uses && !agreed) {
      return null;
    }
    try {
      // Without a word of consent first: the server tells then who uses it.
      return await model.api.removeEnvironment(
        environment.prefix,
        agreed ? environment.name : undefined
      );
    } catch (reason) {
      setError(ApiError.from(reason));
      return null;
    }
  });
  const size = environment.size_bytes ? ` (${bytes(environment.size_bytes)})` : '';
  return (
    <div className="jp-CIManager-formBody jp-CIManager-confirm">
      <p>
        {trans.__(
          'Lost for ever: the environment in %1%2 and all packages in it.',
          environment.prefix,
          size
        )}
      </p>
      {kernels.length > 0 && (
        <div>
          {trans.__('Its kernels go too:')}
          <ul className="jp-CIManager-uses">
            {kernels.map(kernel => (
              <li key={kernel.name}>{kernel.display_name}</li>
            ))}
          </ul>
        </div>
      )}
      {uses ? (
        <InUse
          uses={uses}
          agreed={agreed}
          onAgree={setAgreed}
          label={trans.__('Remove it all the same')}
        />
      ) : (
        <FormError error={error} />
      )}
    </div>
  );
}
