import React from 'react';
import {
  duration,
  longTime,
  money,
  pricePerHour,
  secondsSince,
  shortSize,
  sizeFacts
} from '../model/format';
import { sameSize } from '../model/sizes';
import { ownerOf } from '../model/view';
import { operationWords } from '../model/words';
import { useFace, useAzureNow, useResource } from '../ui/context';
import type { ComputeInstance } from '../wire';
import { type Fact, Facts, OutsideLink, Part } from './facts';

/** What the instance is, whose it is and what it costs. */
export function Overview({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { model, trans } = useFace();
  const sizes = useResource(model.sizes).value ?? [];
  const now = useAzureNow(30_000);
  React.useEffect(() => void model.sizes.ensure(), [model]);
  const size = sizes.find(each => sameSize(each.name, instance.vm_size));
  const running = secondsSince(instance.running_since, now);
  const last = instance.last_operation;
  const facts: Fact[] = [
    [
      trans.__('Size'),
      [shortSize(instance.vm_size), size ? sizeFacts(size, trans) : ''].filter(Boolean).join(' · ')
    ],
    [
      trans.__('Price'),
      instance.price_per_hour === null
        ? ''
        : trans.__('%1, an estimate from list prices', pricePerHour(instance.price_per_hour, trans))
    ],
    [trans.__('Billing'), instance.billing],
    [
      trans.__('Running since'),
      running === null
        ? ''
        : trans.__('%1 (%2)', date(instance.running_since), duration(running, trans))
    ],
    [
      trans.__('Cost since start'),
      instance.cost_since_start === null
        ? ''
        : trans.__('about %1', money(instance.cost_since_start))
    ],
    [
      trans.__('Last operation'),
      last ? [...operationWords(last, trans), date(last.time)].filter(Boolean).join(' · ') : ''
    ],
    [trans.__('Owner'), ownerOf(instance)],
    [
      trans.__('Created by'),
      instance.assigned_user && instance.created_by ? instance.created_by.name : ''
    ],
    [trans.__('Created'), date(instance.created_on)],
    [trans.__('Region'), instance.location],
    [trans.__('Image'), <Image key="image" instance={instance} />],
    [
      trans.__('Set-up scripts'),
      instance.setup ? <SetupState key="setup" setup={instance.setup} /> : ''
    ],
    [trans.__('Managed identity'), instance.managed_identity],
    [
      trans.__('Single sign-on'),
      instance.sso_enabled === null ? '' : instance.sso_enabled ? trans.__('on') : trans.__('off')
    ],
    [trans.__('Description'), instance.description],
    [trans.__('Tags'), <Tags key="tags" tags={instance.tags} />]
  ];
  const shown = facts.filter(
    ([, value]) =>
      !React.isValidElement(value) ||
      (value.type === Tags
        ? Object.keys(instance.tags).length > 0
        : value.type === Image
          ? Boolean(instance.image?.current)
          : true)
  );
  return (
    <Part title={trans.__('Overview')}>
      <Facts facts={shown} />
    </Part>
  );
}

function Image({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const { image } = instance;
  if (!image?.current) {
    return <></>;
  }
  const age = image.age_days === null ? '' : trans._n('%1 day old', '%1 days old', image.age_days);
  const newer =
    image.is_latest === false ? trans.__('there is a newer one: %1', image.latest ?? '') : '';
  return (
    <>
      {[image.current, age, newer].filter(Boolean).join(' · ')}
      {image.advice && <div className="jp-CIManager-about">{image.advice}</div>}
    </>
  );
}

function SetupState({
  setup
}: {
  setup: NonNullable<ComputeInstance['setup']>;
}): React.JSX.Element {
  const { trans } = useFace();
  return (
    <>
      <span className="jp-CIManager-setup" data-state={setup.state}>
        {setup.message || setup.state}
      </span>
      {setup.log_url && (
        <div>
          <OutsideLink url={setup.log_url}>{trans.__('Their log in the studio')}</OutsideLink>
        </div>
      )}
    </>
  );
}

function Tags({ tags }: { tags: Record<string, string> }): React.JSX.Element {
  return (
    <span className="jp-CIManager-tags">
      {Object.entries(tags).map(([key, value]) => (
        <span key={key} className="jp-CIManager-badge">
          {value ? `${key}: ${value}` : key}
        </span>
      ))}
    </span>
  );
}

function date(time: string | null): string {
  return time ? longTime(time) : '';
}
