import React from 'react';
import { reasonOf } from '../errors';
import { keyFileOf, sshCommand } from '../model/sshkeys';
import { useFace } from '../ui/context';
import type { ComputeInstance } from '../wire';
import { CopyButton, Facts, OutsideLink, Part } from './facts';

/** How to get to the instance: its applications, SSH, addresses. */
export function Connectivity({ instance }: { instance: ComputeInstance }): React.JSX.Element {
  const { trans } = useFace();
  const open = instance.actions['open'];
  const command = sshCommand(instance);
  const reason = reasonOf(open, trans);
  // It runs but does not answer yet, say: the links stay, with a word about it.
  const doubt = open?.allowed === 'unknown' ? open.reason : '';
  return (
    <Part title={trans.__('Connectivity')}>
      <Facts
        facts={[
          [
            trans.__('Applications'),
            instance.applications.length > 0 && !reason ? (
              <>
                <ul className="jp-CIManager-links">
                  {instance.applications.map(({ name, url }) => (
                    <li key={url}>
                      <OutsideLink url={url}>{name}</OutsideLink>
                    </li>
                  ))}
                  {instance.terminal_url && (
                    <li>
                      <OutsideLink url={instance.terminal_url}>{trans.__('Terminal')}</OutsideLink>
                    </li>
                  )}
                </ul>
                {doubt && <div className="jp-CIManager-about">{doubt}</div>}
              </>
            ) : (
              <span className="jp-CIManager-reason">{reason}</span>
            )
          ],
          [
            trans.__('SSH'),
            command ? (
              <>
                <span className="jp-CIManager-copyable">
                  <code>{command}</code>
                  <CopyButton text={command} label={trans.__('Copy SSH command')} />
                </span>
                <div className="jp-CIManager-about">
                  {keyFileOf(instance.name)
                    ? trans.__(
                        'Put the path to where you have saved it before the name of the key.'
                      )
                    : trans.__(
                        'If ssh does not find your key by itself, add “-i” and the file of your private key.'
                      )}
                </div>
              </>
            ) : (
              <span className="jp-CIManager-reason">
                {reasonOf(instance.actions['ssh'], trans)}
              </span>
            )
          ],
          [trans.__('Public address'), instance.public_ip],
          [trans.__('Private address'), instance.private_ip],
          [trans.__('Subnet'), instance.subnet],
          [
            trans.__('Studio'),
            instance.studio_url ? (
              <OutsideLink url={instance.studio_url}>
                {trans.__('Open in Azure Machine Learning studio')}
              </OutsideLink>
            ) : null
          ],
          [
            trans.__('Resource id'),
            instance.id ? (
              <span className="jp-CIManager-copyable" data-short="true">
                <code title={instance.id}>{instance.id}</code>
                <CopyButton text={instance.id} label={trans.__('Copy resource id')} />
              </span>
            ) : null
          ]
        ]}
      />
    </Part>
  );
}
