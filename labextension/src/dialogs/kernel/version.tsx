import React from 'react';
import { useFace } from '../../ui/context';
import type { LanguageChoice } from '../../wire';
import { SelectField, TextField } from '../form';

/** The language's version: one of those that the channels have, or any while they are not known. */
export function VersionField(props: {
  language: LanguageChoice | undefined;
  value: string;
  onChange: (version: string) => void;
}): React.JSX.Element {
  const { trans } = useFace();
  const { language, onChange, value } = props;
  const label = trans.__('Version');
  if (language?.versions.length) {
    const versions = language.versions.includes(value) || !value ? [] : [value];
    return (
      <SelectField
        field="version"
        label={label}
        value={value}
        onChange={onChange}
        options={[
          ['', trans.__('newest')],
          ...[...versions, ...language.versions].map((each): [string, string] => [each, each])
        ]}
      />
    );
  }
  return (
    <TextField
      field="version"
      label={label}
      placeholder={trans.__('newest')}
      disabled={language?.has_version === false}
      value={value}
      onChange={onChange}
    />
  );
}
