import React from 'react';
import { ApiError } from '../errors';
import { listOf } from '../model/packagewords';
import { useAnswer } from '../ui/answer';
import { type IFace, useFace } from '../ui/context';
import { ErrorNotice } from '../ui/notice';
import type { Environment, Job, PackageRequest, Preview } from '../wire';
import { FormError, Problem } from './field';
import { SelectField } from './form';
import { Changes } from './forecast';
import { type IFormProps, showForm } from './formdialog';
import { PackageList } from './packagelist';
import { PackageField } from './packagefield';

const EXAMPLE = 'numpy pandas>=2';
const SOURCES = { conda: 'conda', pypi: 'pip' };

/** What is about to be done. */
interface IPlan {
  action: PackageRequest['action'];
  source: 'conda' | 'pypi';
  /** Names and versions, as typed or picked. */
  packages: string;
}

const NOTHING: IPlan = { action: 'install', source: 'conda', packages: '' };

/**
 * Show the packages of an environment and offer to change them. Gives the job, or `null`.
 */
export function showPackages(face: IFace, environment: Environment): Promise<Job | null> {
  const { trans } = face;
  return showForm<Job>(face, props => <PackagesForm {...props} environment={environment} />, {
    title: trans.__('Packages of %1', environment.name),
    accept: trans.__('Apply'),
    wide: true,
    trans
  });
}

function PackagesForm(props: IFormProps<Job> & { environment: Environment }): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, environment } = props;
  const [plan, setPlan] = React.useState<IPlan>(NOTHING);
  const [refusal, setRefusal] = React.useState<ApiError | null>(null);
  const [round, setRound] = React.useState(0);
  const [typing, setTyping] = React.useState(false);
  const [pressed, setPressed] = React.useState(false);
  const listed = useAnswer(`${environment.prefix} ${round}`, () =>
    model.api.packages(environment.prefix)
  );
  const change = (part: Partial<IPlan>) => {
    setPlan(before => ({ ...before, ...part }));
    setRefusal(null);
    setPressed(false);
  };
  const request: PackageRequest = {
    action: plan.action,
    source: plan.source,
    packages: listOf(plan.packages)
  };
  const asked = request.packages.length > 0;
  const preview = useAnswer<Preview>(
    asked ? JSON.stringify(request) : null,
    async question => {
      const answer = await model.api.changePackages(environment.prefix, {
        ...(JSON.parse(question) as PackageRequest),
        dry_run: true
      });
      return answer as Preview;
    },
    500
  );

  // A name that is still being typed is not wrong yet.
  const wrong = preview.current && !typing ? preview.error : null;

  // Only what was seen before is done.
  bind(async () => {
    setPressed(true);
    if (!asked || !preview.current || !preview.value) {
      return null;
    }
    try {
      setRefusal(null);
      return (await model.api.changePackages(environment.prefix, request)) as Job;
    } catch (reason) {
      setRefusal(ApiError.from(reason));
      return null;
    }
  });

  /** Add a package of the list to what is done to several of them, or begin that. */
  const pick = (action: 'update' | 'remove', name: string, source: 'conda' | 'pypi') => {
    const same = plan.action === action && plan.source === source;
    const names = same ? listOf(plan.packages) : [];
    const without = names.filter(each => each !== name);
    const packages = without.length < names.length ? without : [...names, name];
    change({ action, source, packages: packages.join(' ') });
  };
  return (
    <>
      <div className="jp-CIManager-formBody">
        {environment.is_protected && (
          <p className="jp-CIManager-about">
            {trans.__(
              'Protected: packages may be installed, but nothing that it needs is removed or replaced. %1',
              environment.protection_reason
            )}
          </p>
        )}
        {listed.error ? (
          <ErrorNotice error={listed.error} retry={() => setRound(round + 1)} />
        ) : (
          <PackageList
            environment={environment}
            packages={listed.value}
            picked={plan.action === 'install' ? [] : listOf(plan.packages)}
            onPick={pick}
          />
        )}
        <div className="jp-CIManager-pair jp-CIManager-change">
          <SelectField
            field="action"
            label={trans.__('Change')}
            value={plan.action}
            onChange={action => change({ action, packages: '' })}
            options={[
              ['install', trans.__('install')],
              ['update', trans.__('update')],
              ['remove', trans.__('remove')]
            ]}
          />
          <PackageField
            field="packages"
            label={trans.__('Packages')}
            autofocus
            placeholder={EXAMPLE}
            search={plan.source === 'conda' && plan.action === 'install'}
            value={plan.packages}
            onChange={packages => change({ packages })}
            checking={asked && !preview.current}
            onTyping={setTyping}
            problem={wrong?.field === 'packages' ? <Problem error={wrong} /> : ''}
          />
          <SelectField
            field="source"
            label={trans.__('With')}
            value={plan.source}
            onChange={source => change({ source })}
            options={[
              ['conda', SOURCES.conda],
              ['pypi', SOURCES.pypi]
            ]}
          />
        </div>
        <FormError error={refusal} />
      </div>
      <div className="jp-CIManager-formFoot" role="status" data-error={wrong !== null}>
        {!asked ? (
          pressed ? (
            trans.__('Say which packages, or pick some of the list.')
          ) : (
            trans.__('What would change is shown here before it is done.')
          )
        ) : !preview.current ? (
          trans.__('Finding out what would change…')
        ) : wrong && wrong.field !== 'packages' ? (
          <Problem error={wrong} />
        ) : preview.error ? (
          ''
        ) : preview.value ? (
          <>
            <strong>
              {preview.value.changes.length === 0
                ? trans.__('Nothing would change.')
                : trans._n(
                    '%1 package would change:',
                    '%1 packages would change:',
                    preview.value.changes.length
                  )}
            </strong>
            <Changes changes={preview.value.changes} />
          </>
        ) : null}
      </div>
    </>
  );
}
