import React from 'react';
import type { IKernelDraft } from '../../model/kerneldraft';
import { kindOfFile, listOf } from '../../model/packagewords';
import { useFace } from '../../ui/context';
import type { Environment, LanguageChoice } from '../../wire';
import { FileDrop } from '../filedrop';
import { SelectField, TextField } from '../form';
import { PackageField } from '../packagefield';
import { VersionField } from './version';

const EXAMPLE_PACKAGES = 'numpy pandas>=2';

/** What every part of the form for a new kernel gets. */
export interface IKernelPartProps {
  draft: IKernelDraft;
  change: (part: Partial<IKernelDraft>) => void;
  /** Whether what is filled in is being checked. */
  checking?: boolean;
  /** Called when a package's name is begun, and when it is finished. */
  onTyping?: (typing: boolean) => void;
}

/** The fields of the chosen source. */
export function KernelSourceFields(
  props: IKernelPartProps & {
    languages: readonly LanguageChoice[];
    environments: readonly Environment[];
  }
): React.JSX.Element {
  const { trans } = useFace();
  const { change, draft, environments, languages } = props;
  switch (draft.source) {
    case 'packages':
      return (
        <>
          <div className="jp-CIManager-pair">
            <SelectField
              field="language"
              label={trans.__('Language')}
              value={draft.language}
              onChange={language => change({ language, version: '' })}
              options={languages.map(each => [each.name, each.title])}
            />
            <VersionField
              language={languages.find(each => each.name === draft.language)}
              value={draft.version}
              onChange={version => change({ version })}
            />
          </div>
          <PackageField
            field="packages"
            label={trans.__('More packages')}
            placeholder={EXAMPLE_PACKAGES}
            channels={listOf(draft.channels)}
            value={draft.packages}
            checking={props.checking}
            onTyping={props.onTyping}
            onChange={packages => change({ packages })}
            help={trans.__('Names, with a version where it matters; proposals come as you type.')}
          />
        </>
      );
    case 'file':
      return <KernelFile change={change} draft={draft} />;
    default:
      return (
        <SelectField
          field={draft.source}
          label={trans.__('Environment')}
          value={draft.base}
          onChange={base => change({ base })}
          options={environments.map(each => [each.prefix, environmentWords(each)])}
          help={
            draft.source === 'existing'
              ? trans.__('What a kernel needs is installed into it where it is missing.')
              : trans.__('Its packages are linked, so a copy takes little room.')
          }
        />
      );
  }
}

/** An environment.yml or a lock file: pasted, dropped or chosen; which one it is is seen. */
function KernelFile({ change, draft }: IKernelPartProps): React.JSX.Element {
  const { trans } = useFace();
  const kind = kindOfFile(draft.file);
  return (
    <FileDrop
      label={trans.__('Choose a file')}
      accept=".yml,.yaml,.lock,.txt,text/*"
      onText={file => change({ file })}
    >
      {choose => (
        <TextField
          field={kind}
          label={trans.__('environment.yml or lock file')}
          rows={9}
          value={draft.file}
          onChange={file => change({ file })}
          help={
            <span className="jp-CIManager-rowOfButtons">
              {choose}
              <span>
                {!draft.file.trim()
                  ? trans.__('Choose it, drop it here, or paste its text.')
                  : kind === 'lock'
                    ? trans.__('Read as a lock file: exactly these packages.')
                    : trans.__('Read as an environment.yml.')}
              </span>
            </span>
          }
        />
      )}
    </FileDrop>
  );
}

function environmentWords(environment: Environment): string {
  const { language, name, version } = environment;
  return language ? `${name} (${[language, version].filter(Boolean).join(' ')})` : name;
}
