import React from 'react';
import { groupOf, type OptionGroup, setIn } from '../../model/instancedraft';
import { useFace } from '../../ui/context';
import type { InstanceDefaults } from '../../wire';
import { Choices, Group } from '../form';
import { ScheduleEditor } from '../scheduleeditor';
import { ApplicationsOption } from './applications';
import { IdentityOption } from './identity';
import { LabelsOption } from './labels';
import { NetworkOption } from './network';
import type { IOptionProps } from './option';
import { PersonOption } from './person';
import { ScriptsOption } from './scripts';
import { type IKeyPair, SshOption } from './ssh';

/** All that can be said of a new instance beside its name, size and idle time, in groups. */
export function InstanceOptions(
  props: IOptionProps & {
    defaults: InstanceDefaults | null;
    pair: IKeyPair | null;
    setPair: (pair: IKeyPair | null) => void;
    /** Fields with which something is wrong. */
    wrong: readonly string[];
    /** Whether somebody wanted to create it as it is. */
    pressed: boolean;
  }
): React.JSX.Element {
  const { trans } = useFace();
  const { change, defaults, draft, wrong } = props;
  const option = { change, draft };
  const groups: [OptionGroup, string, React.ReactNode][] = [
    [
      'schedules',
      trans.__('Stop and start at fixed times'),
      <ScheduleEditor
        key="schedules"
        schedules={draft.schedules}
        defaults={defaults}
        onChange={schedules => change({ schedules })}
      />
    ],
    [
      'ssh',
      trans.__('SSH'),
      <SshOption key="ssh" {...option} pair={props.pair} setPair={props.setPair} />
    ],
    ['network', trans.__('Network'), <NetworkOption key="network" {...option} />],
    [
      'scripts',
      trans.__('Set-up scripts'),
      <ScriptsOption key="scripts" {...option} defaults={defaults} />
    ],
    [
      'applications',
      trans.__('RStudio and other applications'),
      <ApplicationsOption key="applications" {...option} />
    ],
    ['person', trans.__('For somebody else'), <PersonOption key="person" {...option} />],
    [
      'identity',
      trans.__('Managed identity and single sign-on'),
      <IdentityOption key="identity" {...option} />
    ],
    [
      'labels',
      trans.__('Description and tags'),
      <LabelsOption key="labels" {...option} defaults={defaults} />
    ],
    [
      'existing',
      trans.__('If it exists already'),
      <Choices
        key="existing"
        field="if_exists"
        label={trans.__('If there is an instance of that name')}
        value={draft.useExisting ? 'use' : 'fail'}
        onChange={choice => change({ useExisting: choice === 'use' })}
        options={[
          ['fail', trans.__('refuse')],
          ['use', trans.__('use it as it is, if it is yours')]
        ]}
      />
    ]
  ];
  return (
    <div className="jp-CIManager-groups">
      {groups.map(([group, label, content]) => {
        const bad = wrong.some(field => groupOf(field) === group);
        const count = setIn(group, draft);
        return (
          <Group
            key={group}
            label={label}
            wrong={bad && props.pressed}
            state={
              bad
                ? trans.__('needs attention')
                : count > 0
                  ? trans._n('%1 set', '%1 set', count)
                  : group === 'ssh'
                    ? trans.__('off, and not possible later')
                    : ''
            }
          >
            {content}
          </Group>
        );
      })}
    </div>
  );
}
