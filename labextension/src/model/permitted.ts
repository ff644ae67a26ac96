import type { TranslationBundle } from '@jupyterlab/translation';
import type { Permission, Status } from '../wire';

/** Why something is not permitted in the workspace; empty when it is, or when it is not known. */
export function refusal(permissions: readonly Permission[] | null, action: string): string {
  const found = permissions?.find(each => each.action === action);
  return found?.allowed === 'no' ? found.reason : '';
}

/** Why no instance can be created now; empty when it can be tried. */
export function noNewInstance(
  status: Status | null,
  permissions: readonly Permission[] | null,
  trans: TranslationBundle
): string {
  if (!status) {
    return '';
  }
  if (status.may_write['instances'] === false) {
    return trans.__('This Jupyter server does not let you change it.');
  }
  if (['signed_out', 'signing_in'].includes(status.compute.identity.state)) {
    return trans.__('Sign in to Azure first.');
  }
  return status.compute.workspace
    ? refusal(permissions, 'create')
    : trans.__('Choose a workspace first.');
}
