import type { KernelRequest } from '../wire';
import { type FileKind, kindOfFile, listOf } from './packagewords';

/** Where a new kernel's packages come from. */
export type KernelSource = 'packages' | 'file' | 'existing' | 'clone';

/** What is filled in of a form for a new kernel. */
export interface IKernelDraft {
  name: string;
  /** `null`: the language's usual one. */
  shown: string | null;
  source: KernelSource;
  language: string;
  version: string;
  packages: string;
  pip: string;
  channels: string;
  /** Text of an `environment.yml` or of a lock file. */
  file: string;
  /** Prefix of the environment that is used or copied. */
  base: string;
  scope: NonNullable<KernelRequest['scope']>;
  engine: NonNullable<KernelRequest['engine']>;
}

/** What a form begins with. */
export const FIRST_KERNEL: IKernelDraft = {
  name: '',
  shown: null,
  source: 'packages',
  language: 'python',
  version: '',
  packages: '',
  pip: '',
  channels: '',
  file: '',
  base: '',
  scope: 'user',
  engine: 'auto'
};

/** The server's name of the field in which a source is filled in. */
export function sourceField(draft: IKernelDraft): 'packages' | FileKind | 'existing' | 'clone' {
  return draft.source === 'file' ? kindOfFile(draft.file) : draft.source;
}

/** What is asked of the server for a draft. */
export function kernelRequestOf(draft: IKernelDraft): KernelRequest {
  const request: KernelRequest = { name: draft.name.trim(), language: draft.language };
  if (draft.shown?.trim()) {
    request.display_name = draft.shown.trim();
  }
  const channels = listOf(draft.channels);
  if (channels.length > 0) {
    request.channels = channels;
  }
  switch (draft.source) {
    case 'packages':
      request.packages = listOf(draft.packages);
      request.pip = listOf(draft.pip);
      if (draft.version.trim()) {
        request.version = draft.version.trim();
      }
      break;
    case 'file':
      request[kindOfFile(draft.file)] = draft.file;
      break;
    default:
      request[draft.source] = draft.base;
  }
  if (draft.scope !== 'user') {
    request.scope = draft.scope;
  }
  if (draft.engine !== 'auto') {
    request.engine = draft.engine;
  }
  return request;
}

/** What is filled in of a form that begins with an earlier request. */
export function draftOf(request: KernelRequest): IKernelDraft {
  const { clone, environment_yml, existing, lock } = request;
  const file = environment_yml ?? lock ?? '';
  return {
    name: request.name,
    shown: request.display_name || null,
    source: file ? 'file' : existing ? 'existing' : clone ? 'clone' : 'packages',
    language: request.language ?? FIRST_KERNEL.language,
    version: request.version ?? '',
    packages: (request.packages ?? []).join(' '),
    pip: (request.pip ?? []).join(' '),
    channels: (request.channels ?? []).join(' '),
    file,
    base: existing ?? clone ?? '',
    scope: request.scope ?? FIRST_KERNEL.scope,
    engine: request.engine ?? FIRST_KERNEL.engine
  };
}

/** Whether there is enough of a draft to ask what it would bring. */
export function isAskable(draft: IKernelDraft): boolean {
  return (
    draft.name.trim() !== '' &&
    (draft.source === 'packages' ||
      (draft.source === 'file' ? draft.file.trim() !== '' : draft.base !== ''))
  );
}
