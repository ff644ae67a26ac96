import type { ComputeInstance } from '../wire';

const KEPT = 'jp-ci-manager:ssh-key-file:';

/** Remember in this browser what the file of an instance's private key is called; never the key. */
export function rememberKeyFile(instance: string, file: string): void {
  try {
    localStorage.setItem(KEPT + instance, file);
  } catch {
    // A browser that keeps nothing: the line says where the file's name belongs.
  }
}

/** What the file of an instance's private key is called, where it was saved with this browser. */
export function keyFileOf(instance: string): string | null {
  try {
    return localStorage.getItem(KEPT + instance);
  } catch {
    return null;
  }
}

/** How to reach an instance by SSH, with its key where that is known; `null` where it cannot be. */
export function sshCommand({ name, ssh }: ComputeInstance): string | null {
  const file = keyFileOf(name);
  return ssh.command && file ? ssh.command.replace(/^ssh /, `ssh -i ${file} `) : ssh.command;
}
