import React from 'react';
import type { IPair } from '../../model/instancedraft';
import { useFace } from '../../ui/context';
import type { InstanceDefaults } from '../../wire';
import { TextField, useProblem } from '../form';
import type { IOptionProps } from './option';

/** Description and tags; tags that the settings give or require stand there already. */
export function LabelsOption(
  props: IOptionProps & { defaults: InstanceDefaults | null }
): React.JSX.Element {
  const { trans } = useFace();
  const { change, defaults, draft } = props;
  const problem = useProblem('tags');
  const firstEmpty = draft.tags.findIndex(tag => !tag.value);
  const set = (index: number, tag: IPair | null) =>
    change({ tags: draft.tags.flatMap((each, at) => (at !== index ? [each] : (tag ?? []))) });
  return (
    <>
      <TextField
        field="description"
        label={trans.__('Description')}
        value={draft.description}
        onChange={description => change({ description })}
      />
      <div className="jp-CIManager-field" role="group" aria-label={trans.__('Tags')}>
        <span className="jp-CIManager-fieldLabel">{trans.__('Tags')}</span>
        {draft.tags.map((tag, index) => {
          const required = defaults?.required_tags.includes(tag.key) ?? false;
          const given = tag.key in (defaults?.tags ?? {});
          return (
            <div key={index} className="jp-CIManager-tag">
              <input
                className="jp-mod-styled"
                aria-label={trans.__('Name of the tag')}
                placeholder={trans.__('name')}
                readOnly={required || given}
                value={tag.key}
                onChange={event => set(index, { ...tag, key: event.target.value })}
              />
              <input
                className="jp-mod-styled"
                data-field={index === Math.max(0, firstEmpty) ? 'tags' : undefined}
                aria-label={trans.__('Value of the tag %1', tag.key)}
                placeholder={required ? trans.__('required here') : trans.__('value')}
                aria-required={required}
                value={tag.value}
                onChange={event => set(index, { ...tag, value: event.target.value })}
              />
              {required || given ? (
                <span className="jp-CIManager-about">
                  {required ? trans.__('required') : trans.__('by default')}
                </span>
              ) : (
                <button
                  type="button"
                  className="jp-CIManager-button"
                  aria-label={trans.__('Remove the tag %1', tag.key)}
                  onClick={() => set(index, null)}
                >
                  {trans.__('Remove')}
                </button>
              )}
            </div>
          );
        })}
        {problem && (
          <div className="jp-CIManager-problem" role="alert">
            {problem}
          </div>
        )}
        <div>
          <button
            type="button"
            className="jp-CIManager-button"
            onClick={() => change({ tags: [...draft.tags, { key: '', value: '' }] })}
          >
            {trans.__('Add a tag')}
          </button>
        </div>
      </div>
    </>
  );
}
