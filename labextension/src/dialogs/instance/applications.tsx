import React from 'react';
import type { IApplicationDraft } from '../../model/instancedraft';
import { useFace } from '../../ui/context';
import { CheckField, TextField } from '../form';
import type { IOptionProps } from './option';

const IMAGE = 'registry.example.com/name:tag';
const RSTUDIO = 'RStudio';

/** Web applications in containers, beside those that every instance has. */
export function ApplicationsOption({ change, draft }: IOptionProps): React.JSX.Element {
  const { trans } = useFace();
  const set = (index: number, application: IApplicationDraft | null) =>
    change({
      applications: draft.applications.flatMap((each, at) =>
        at !== index ? [each] : (application ?? [])
      )
    });
  return (
    <>
      <CheckField
        field="rstudio"
        label={RSTUDIO}
        value={draft.rstudio}
        onChange={rstudio => change({ rstudio })}
        help={trans.__('The open-source edition, as a container; its first start takes minutes.')}
      />
      {draft.applications.map((application, index) => (
        <Application
          key={index}
          field={`custom_applications[${index}]`}
          application={application}
          onChange={changed => set(index, changed)}
        />
      ))}
      <div>
        <button
          type="button"
          className="jp-CIManager-button"
          data-field="custom_applications"
          onClick={() =>
            change({
              applications: [
                ...draft.applications,
                { name: '', image: '', target: '', published: '' }
              ]
            })
          }
        >
          {trans.__('Add an application of your own')}
        </button>
      </div>
    </>
  );
}

function Application(props: {
  field: string;
  application: IApplicationDraft;
  onChange: (application: IApplicationDraft | null) => void;
}): React.JSX.Element {
  const { trans } = useFace();
  const { application, field, onChange } = props;
  const change = (part: Partial<IApplicationDraft>) => onChange({ ...application, ...part });
  return (
    <fieldset className="jp-CIManager-frame">
      <legend className="jp-CIManager-hidden">{application.name || field}</legend>
      <div className="jp-CIManager-pair">
        <TextField
          field={`${field}.name`}
          label={trans.__('Name')}
          value={application.name}
          onChange={name => change({ name })}
        />
        <TextField
          field={`${field}.image`}
          label={trans.__('Docker image')}
          placeholder={IMAGE}
          value={application.image}
          onChange={image => change({ image })}
        />
      </div>
      <div className="jp-CIManager-pair">
        <TextField
          field={`${field}.endpoints.target`}
          label={trans.__('Port in the container')}
          inputMode="numeric"
          value={application.target}
          onChange={target => change({ target })}
        />
        <TextField
          field={`${field}.endpoints.published`}
          label={trans.__('Port outside')}
          inputMode="numeric"
          placeholder={application.target}
          value={application.published}
          onChange={published => change({ published })}
        />
        <button
          type="button"
          className="jp-CIManager-button jp-CIManager-besideField"
          onClick={() => onChange(null)}
        >
          {trans.__('Remove')}
        </button>
      </div>
    </fieldset>
  );
}
