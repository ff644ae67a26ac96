import type { TranslationBundle } from '@jupyterlab/translation';
import type { Identity, SignIn } from '../wire';

/** A way to sign in. */
export type SignInMethod = SignIn['method'];

/** Which way the present sign-in came, as far as it can be told. */
export function methodOf(identity: Identity): SignInMethod | null {
  if (identity.state !== 'signed_in') {
    return null;
  }
  switch (identity.credential) {
    case 'DeviceCodeCredential':
      return 'device_code';
    case 'AzureCliCredential':
      return 'cli';
    case 'ManagedIdentityCredential':
      return 'managed_identity';
    case 'EnvironmentCredential':
      return 'environment';
    default:
      return 'auto';
  }
}

/** Who acts, as a short name: what stands before the @ of a user. */
export function shortName(identity: Identity, trans: TranslationBundle): string {
  if (identity.state === 'signing_in') {
    return trans.__('Signing in…');
  }
  return identity.state === 'signed_out'
    ? trans.__('Not signed in')
    : (identity.name?.replace(/@.*$/, '') ?? trans.__('Unknown user'));
}

/** Who acts, and as what: one fact per line. */
export function identityFacts(identity: Identity, trans: TranslationBundle): string[] {
  if (identity.state !== 'signed_in') {
    return [shortName(identity, trans)];
  }
  return [
    identity.name ?? trans.__('Unknown user'),
    kindWord(identity, trans),
    identity.tenant_id ? trans.__('Tenant %1', identity.tenant_id) : ''
  ].filter(Boolean);
}

function kindWord(identity: Identity, trans: TranslationBundle): string {
  if (methodOf(identity) === 'managed_identity' || identity.kind === 'managed_identity') {
    return trans.__('Managed identity of this machine');
  }
  switch (identity.kind) {
    case 'user':
      return methodOf(identity) === 'cli'
        ? trans.__('User, signed in with the Azure CLI')
        : trans.__('User');
    case 'service_principal':
      return trans.__('Service principal');
    case 'emulator':
      return trans.__('User of the emulator');
    default:
      return '';
  }
}
