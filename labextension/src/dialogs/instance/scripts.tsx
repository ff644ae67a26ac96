import React from 'react';
import { type IScriptDraft, setIn } from '../../model/instancedraft';
import { useFace } from '../../ui/context';
import type { InstanceDefaults } from '../../wire';
import { FileDrop } from '../filedrop';
import { TextField } from '../form';
import type { IOptionProps } from './option';

const EXAMPLE_PATH = 'Users/anna/setup.sh';

/** Scripts that Azure runs once after the creation and at every start. */
export function ScriptsOption(
  props: IOptionProps & { defaults: InstanceDefaults | null }
): React.JSX.Element {
  const { trans } = useFace();
  const { change, defaults, draft } = props;
  const frame = defaults?.setup_script ?? '';
  return (
    <>
      <Script
        field="setup_scripts.creation"
        label={trans.__('Once, after it was created')}
        script={draft.creation}
        frame={frame}
        onChange={creation => change({ creation })}
      />
      <Script
        field="setup_scripts.startup"
        label={trans.__('At every start')}
        script={draft.startup}
        frame={frame}
        onChange={startup => change({ startup })}
      />
      {setIn('scripts', draft) > 0 && (
        <TextField
          field="setup_scripts.timeout_minutes"
          label={trans.__('Minutes a script may take')}
          inputMode="numeric"
          value={draft.scriptMinutes}
          onChange={scriptMinutes => change({ scriptMinutes })}
        />
      )}
    </>
  );
}

function Script(props: {
  field: string;
  label: string;
  script: IScriptDraft;
  frame: string;
  onChange: (script: IScriptDraft) => void;
}): React.JSX.Element {
  const { trans } = useFace();
  const { field, frame, label, onChange, script } = props;
  const write = (text: string) => onChange({ ...script, text });
  return (
    <FileDrop label={trans.__('Choose a file')} accept=".sh,text/*" onText={write}>
      {choose => (
        <>
          {!script.path && (
            <TextField
              field={field}
              label={label}
              rows={script.text ? 8 : 2}
              value={script.text}
              onChange={write}
              help={
                <span className="jp-CIManager-rowOfButtons">
                  {choose}
                  {!script.text && frame && (
                    <button
                      type="button"
                      className="jp-CIManager-button"
                      onClick={() => write(frame)}
                    >
                      {trans.__('Begin with a frame')}
                    </button>
                  )}
                  <span>
                    {trans.__('It runs as root; conda is there once conda.sh is sourced.')}
                  </span>
                </span>
              }
            />
          )}
          {!script.text && (
            <TextField
              field={`${field}_path`}
              label={script.path ? label : trans.__('or its path in the workspace’s file share')}
              placeholder={EXAMPLE_PATH}
              value={script.path}
              onChange={path => onChange({ ...script, path })}
            />
          )}
          {(script.text || script.path) && (
            <TextField
              field={`${field}_arguments`}
              label={trans.__('Its arguments')}
              value={script.arguments}
              onChange={text => onChange({ ...script, arguments: text })}
            />
          )}
        </>
      )}
    </FileDrop>
  );
}
