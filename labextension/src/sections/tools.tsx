import { addIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { noNewInstance } from '../model/permitted';
import { useFace, useResource, useRun } from '../ui/context';
import { IconButton } from '../ui/notice';

/** The buttons beside the title "Compute instances". */
export function InstancesTools(): React.JSX.Element {
  const { model, trans } = useFace();
  const run = useRun();
  const status = useResource(model.status);
  const permissions = useResource(model.permissions);
  return (
    <>
      <IconButton
        label={trans.__('Refresh everything')}
        icon={refreshIcon}
        onClick={() => run(CommandIDs.refresh)}
      />
      <IconButton
        label={trans.__('Create instance…')}
        icon={addIcon}
        reason={noNewInstance(status.value, permissions.value, trans)}
        onClick={() => run(CommandIDs.createInstance)}
      />
    </>
  );
}

/** The button beside the title "Environments & kernels". */
export function EnvironmentsTools(): React.JSX.Element {
  const { model, trans } = useFace();
  const run = useRun();
  const status = useResource(model.status);
  const locked = status.value?.may_write['kernels'] === false;
  return (
    <IconButton
      label={trans.__('New kernel…')}
      icon={addIcon}
      reason={locked ? trans.__('This Jupyter server does not let you change it.') : ''}
      onClick={() => run(CommandIDs.newKernel)}
    />
  );
}
