import React from 'react';
import { ApiError } from '../errors';
import { money, pricePerHour, shortSize, sizeFacts } from '../model/format';
import { sameSize } from '../model/sizes';
import { type IFace, useFace, useResource } from '../ui/context';
import { ErrorNotice, Loading } from '../ui/notice';
import type { ComputeInstance } from '../wire';
import { Gone, mustType, TypedName } from './confirminstance';
import { FormError } from './field';
import { reveal } from './form';
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
    wide: true,
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
  const [typed, setTyped] = React.useState('');
  const [pressed, setPressed] = React.useState(false);
  const root = React.useRef<HTMLDivElement>(null);
  const asks = mustType(instance, 'resize');
  React.useEffect(() => {
    void model.sizes.refresh();
  }, [model]);
  bind(async () => {
    setPressed(true);
    const isUnsaid = asks && typed.trim() !== instance.name;
    if (!size || isUnsaid) {
      reveal(root.current, size ? 'confirm' : 'vm_size');
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
  const now = sizes.value?.find(each => sameSize(each.name, instance.vm_size));
  return (
    <>
      <div ref={root} className="jp-CIManager-formBody">
        <Gone name={instance.name} />
        <p>
          {trans.__(
            'Now: %1.',
            [
              shortSize(instance.vm_size),
              now ? sizeFacts(now, trans) : '',
              pricePerHour(instance.price_per_hour, trans)
            ]
              .filter(Boolean)
              .join(' · ')
          )}
        </p>
        {sizes.value ? (
          <SizePicker
            sizes={sizes.value}
            usual={null}
            value={size}
            onChange={setSize}
            except={instance.vm_size}
            autofocus
          />
        ) : sizes.error ? (
          <ErrorNotice error={sizes.error} retry={() => void model.sizes.refresh()} />
        ) : (
          <Loading />
        )}
        {asks && (
          <TypedName instance={instance} value={typed} onChange={setTyped} wrong={pressed} />
        )}
        <FormError error={error} />
      </div>
      <div className="jp-CIManager-formFoot" role="status">
        <strong>
          {!facts
            ? trans.__('Choose another size. The disk is kept.')
            : facts.price_per_hour === null
              ? trans.__('It is billed while it runs; the price of this size is not known.')
              : trans.__(
                  'About %1 per hour while it runs, by list prices.',
                  money(facts.price_per_hour)
                )}
        </strong>
        {facts && <div>{trans.__('The disk is kept; kernels and terminals on it end.')}</div>}
      </div>
    </>
  );
}
