import React from 'react';
import { ApiError } from '../errors';
import { money } from '../model/format';
import { type IFace, useFace, useResource } from '../ui/context';
import { Loading } from '../ui/notice';
import type { ComputeInstance } from '../wire';
import { FormError } from './field';
import { type IFormProps, showForm } from './formdialog';
import { SizePicker } from './sizepicker';

/**
 * Ask for another size of an instance, and have it changed. Gives the instance, or `null`.
 */
export function resizeInstance(
  face: IFace,
  instance: ComputeInstance
): Promise<ComputeInstance | null> {
  const { trans } = face;
  return showForm<ComputeInstance>(face, props => <ResizeForm {...props} instance={instance} />, {
    title: trans.__('Resize %1', instance.name),
    accept: trans.__('Resize'),
    trans
  });
}

function ResizeForm(
  props: IFormProps<ComputeInstance> & { instance: ComputeInstance }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { bind, instance } = props;
  const sizes = useResource(model.sizes);
  const [size, setSize] = React.useState('');
  const [error, setError] = React.useState<ApiError | null>(null);
  React.useEffect(() => {
    void model.sizes.refresh();
  }, [model]);
  bind(async () => {
    if (!size) {
      return null;
    }
    try {
      return await model.api.resize(instance.name, size, instance.name);
    } catch (reason) {
      setError(ApiError.from(reason));
      return null;
    }
  });
  const facts = sizes.value?.find(each => each.name === size);
  return (
    <>
      {sizes.value ? (
        <SizePicker
          sizes={sizes.value}
          usual={null}
          value={size}
          onChange={setSize}
          except={instance.vm_size}
        />
      ) : (
        <Loading />
      )}
      <FormError error={error} />
      <div className="jp-CIManager-formFoot" role="status">
        {facts && facts.price_per_hour !== null
          ? trans.__(
              'Costs about %1 per hour while it runs (an estimate from list prices).',
              money(facts.price_per_hour)
            )
          : trans.__('Choose another size. The disk is kept.')}
      </div>
    </>
  );
}
