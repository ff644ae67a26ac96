import type { IInstanceDraft } from '../../model/instancedraft';
import { useFace } from '../../ui/context';
import type { Problems } from '../form';
import type { IKeyPair } from './ssh';

/**
 * What the server cannot see: that something was begun and left empty, or that a private key was
 * not taken away.
 */
export function useLocalProblems(draft: IInstanceDraft, pair: IKeyPair | null): Problems {
  const { trans } = useFace();
  const found: Record<string, string> = {};
  if (draft.ssh !== 'none' && !draft.forOther) {
    if (draft.ssh === 'paste' && !draft.sshKey.trim()) {
      found['ssh_public_key'] = trans.__('Paste a public key, or choose no SSH.');
    } else if (draft.ssh === 'pair' && !pair) {
      found['ssh_public_key'] = trans.__('Make a pair of keys, or choose no SSH.');
    } else if (draft.ssh === 'pair' && !pair?.saved) {
      found['ssh_public_key'] = trans.__('Save the private key first: it is kept nowhere.');
    }
  }
  if (draft.network === 'names' && ![draft.vnetGroup, draft.vnet, draft.subnet].some(Boolean)) {
    found['vnet_resource_group'] = trans.__('Name the network, or choose none.');
  }
  if (draft.network === 'id' && !draft.subnetId) {
    found['subnet_id'] = trans.__('Give the subnet’s id, or choose none.');
  }
  if (draft.forOther && !draft.objectId) {
    found['assigned_user_object_id'] = trans.__('Say who that is.');
  }
  return found;
}
