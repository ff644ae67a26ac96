import React from 'react';
import { ApiError } from '../../errors';
import { useFace } from '../../ui/context';
import { rememberKeyFile } from '../../model/sshkeys';
import { download } from '../../ui/download';
import type { SshKeyPair } from '../../wire';
import { FormError } from '../field';
import { Choices, TextField, useProblem } from '../form';
import type { IOptionProps } from './option';

const EXAMPLE = 'ssh-ed25519 AAAA…';

/** A pair of keys that was made here, and whether its private part was taken away. */
export interface IKeyPair extends SshKeyPair {
  saved: boolean;
}

/** Access by SSH: none, with a key that is there, or with a pair made now. */
export function SshOption(
  props: IOptionProps & { pair: IKeyPair | null; setPair: (pair: IKeyPair | null) => void }
): React.JSX.Element {
  const { trans } = useFace();
  const { change, draft } = props;
  if (draft.forOther) {
    return <p>{trans.__('Azure allows no SSH key on an instance for somebody else.')}</p>;
  }
  return (
    <>
      <Choices
        field="ssh"
        label={trans.__('Access by SSH')}
        value={draft.ssh}
        onChange={ssh => change({ ssh, ...(ssh === 'pair' ? { sshKey: '' } : {}) })}
        options={[
          ['none', trans.__('none')],
          ['paste', trans.__('with a key I have')],
          ['pair', trans.__('with a new pair of keys')]
        ]}
        help={trans.__('It cannot be changed once the instance exists.')}
      />
      {draft.ssh === 'paste' && (
        <TextField
          field="ssh_public_key"
          label={trans.__('Public key')}
          rows={3}
          placeholder={EXAMPLE}
          value={draft.sshKey}
          onChange={sshKey => change({ sshKey })}
          help={trans.__('One line, as in a file that ends in .pub. Never the private one.')}
        />
      )}
      {draft.ssh === 'pair' && <NewPair {...props} />}
    </>
  );
}

function NewPair(
  props: IOptionProps & { pair: IKeyPair | null; setPair: (pair: IKeyPair | null) => void }
): React.JSX.Element {
  const { model, trans } = useFace();
  const { change, draft, pair, setPair } = props;
  const [error, setError] = React.useState<ApiError | null>(null);
  const problem = useProblem('ssh_public_key');
  const file = `${draft.name.trim() || 'instance'}.pem`;
  const make = async () => {
    setError(null);
    try {
      const made = await model.api.newSshKey();
      setPair({ ...made, saved: false });
      change({ sshKey: made.public_key });
    } catch (reason) {
      setError(ApiError.from(reason));
    }
  };
  const save = (made: IKeyPair) => {
    download(file, made.private_key, 'application/octet-stream');
    rememberKeyFile(draft.name.trim(), file);
    // The browser forgets it as well: what was saved is the only copy.
    setPair({ ...made, private_key: '', saved: true });
  };
  if (!pair) {
    return (
      <div className="jp-CIManager-field">
        <button
          type="button"
          className="jp-CIManager-button"
          data-field="ssh_public_key"
          onClick={() => void make()}
        >
          {trans.__('Make a pair')}
        </button>
        <FormError error={error} />
        {problem && <div className="jp-CIManager-problem">{problem}</div>}
      </div>
    );
  }
  return (
    <div className="jp-CIManager-field">
      <code className="jp-CIManager-fingerprint">{pair.fingerprint}</code>
      {pair.saved ? (
        <div role="status">
          {trans.__('Saved as %1. It cannot be had again. Make it yours alone:', file)}{' '}
          <code>{`chmod 600 ${file}`}</code>
        </div>
      ) : (
        <>
          <button
            type="button"
            className="jp-CIManager-button jp-mod-accept"
            data-field="ssh_public_key"
            onClick={() => save(pair)}
          >
            {trans.__('Save the private key')}
          </button>
          <div className="jp-CIManager-about">
            {problem || trans.__('It is given once and kept nowhere: save it before you create.')}
          </div>
        </>
      )}
    </div>
  );
}
