import { caretDownIcon, userIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { identityFacts, methodOf, shortName, type SignInMethod } from '../model/identity';
import { useFace, useResource, useRun } from '../ui/context';
import { type IMenuEntry, MenuButton } from '../ui/menu';
import type { Identity } from '../wire';

type Run = (id: string, args?: { method: string }) => void;

/** Who acts in Azure, with the ways to be somebody else. */
export function Account({ identity }: { identity: Identity }): React.JSX.Element {
  const { model, trans } = useFace();
  const run = useRun();
  const { value } = useResource(model.status);
  const locked = value?.may_write['sign_in'] === false;
  const facts = identityFacts(identity, trans);
  return (
    <MenuButton
      label={trans.__('Who acts in Azure: %1', facts[0])}
      className="jp-CIManager-who"
      facts={facts}
      entries={() => accountMenu(identity, locked, trans, run)}
    >
      <userIcon.react tag="span" aria-hidden="true" />
      <span>{shortName(identity, trans)}</span>
      <caretDownIcon.react tag="span" aria-hidden="true" />
    </MenuButton>
  );
}

/** The ways to sign in, and out. */
export function accountMenu(
  identity: Identity,
  locked: boolean,
  trans: TranslationBundle,
  run: Run
): IMenuEntry[] {
  const present = methodOf(identity);
  const reason = locked ? trans.__('This Jupyter server does not let you change it.') : '';
  const way = (method: SignInMethod, label: string): IMenuEntry => ({
    label,
    reason,
    checked: present === method,
    run: () => run(CommandIDs.signIn, { method })
  });
  const entries = [
    way('device_code', trans.__('Sign in with a code…')),
    way('managed_identity', trans.__('Use the managed identity of this machine')),
    way('cli', trans.__('Use the sign-in of the Azure CLI')),
    way('auto', trans.__('Use whatever this machine offers'))
  ];
  if (identity.state !== 'signed_out') {
    const waits = identity.state === 'signing_in' || identity.prompt !== null;
    entries.push({
      label: waits ? trans.__('Cancel signing in') : trans.__('Sign out'),
      reason,
      separated: true,
      run: () => run(CommandIDs.signOut)
    });
  }
  return entries;
}
