import React from 'react';
import { useFace } from '../../ui/context';
import { CheckField, Choices, TextField } from '../form';
import type { IOptionProps } from './option';

const SUBNET =
  '/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…';

/** Which network the instance is in, and whether it can be reached from outside of it. */
export function NetworkOption({ change, draft }: IOptionProps): React.JSX.Element {
  const { model, trans } = useFace();
  const managed = model.status.value?.compute.workspace?.managed_network ?? false;
  const inside = managed || draft.network !== 'azure';
  return (
    <>
      {managed ? (
        <p>
          {trans.__('The workspace has a managed network: its instances are in it by themselves.')}
        </p>
      ) : (
        <Choices
          field="network"
          label={trans.__('Virtual network')}
          value={draft.network}
          onChange={network =>
            change({ network, ...(network === 'azure' ? { publicIp: true } : {}) })
          }
          options={[
            ['azure', trans.__('none')],
            ['names', trans.__('by its names')],
            ['id', trans.__('by the subnet’s id')]
          ]}
        />
      )}
      {!managed && draft.network === 'names' && (
        <div className="jp-CIManager-pair">
          <TextField
            field="vnet_resource_group"
            label={trans.__('Resource group')}
            value={draft.vnetGroup}
            onChange={vnetGroup => change({ vnetGroup })}
          />
          <TextField
            field="vnet_name"
            label={trans.__('Virtual network')}
            value={draft.vnet}
            onChange={vnet => change({ vnet })}
          />
          <TextField
            field="subnet_name"
            label={trans.__('Subnet')}
            value={draft.subnet}
            onChange={subnet => change({ subnet })}
          />
        </div>
      )}
      {!managed && draft.network === 'id' && (
        <TextField
          field="subnet_id"
          label={trans.__('Id of the subnet')}
          rows={2}
          placeholder={SUBNET}
          value={draft.subnetId}
          onChange={subnetId => change({ subnetId: subnetId.trim() })}
        />
      )}
      <CheckField
        field="enable_node_public_ip"
        label={trans.__('No public IP address')}
        value={!draft.publicIp}
        onChange={none => change({ publicIp: !none })}
        disabled={!inside}
        help={
          inside
            ? trans.__('It is reached from inside the network only.')
            : trans.__('Only in a virtual network.')
        }
      />
    </>
  );
}
