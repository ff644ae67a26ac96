import { Caller, confirming } from './request';
import type {
  Environment,
  Job,
  Kernel,
  KernelRequest,
  LanguageChoice,
  NearKernel,
  Package,
  PackageMatches,
  PackageRequest,
  Preview,
  SnapshotList,
  Use
} from './wire';

/** What an environment can be written down as. */
export type ExportFormat = 'yaml' | 'explicit' | 'lock';

/**
 * What the REST API says of environments and kernels on this machine.
 */
export class KernelApi extends Caller {
  async environments(): Promise<Environment[]> {
    return (await this._call<{ environments: Environment[] }>('GET', ['environments']))
      .environments;
  }

  /**
   * Remove an environment, named or by its prefix, as a job; `confirm` is its name where it is in
   * use.
   */
  removeEnvironment(id: string, confirm?: string): Promise<Job> {
    return this._call('DELETE', ['environments', id], undefined, confirming(confirm));
  }

  /**
   * Bring an environment and its kernels back from what was kept of them, as a job.
   *
   * @param snapshot - Number of the one to go back to although the environment is well.
   * @param confirm - The environment's name, where it is in use.
   */
  restoreEnvironment(id: string, snapshot?: number, confirm?: string): Promise<Job> {
    const query = {
      ...confirming(confirm),
      ...(snapshot === undefined ? {} : { snapshot: String(snapshot) })
    };
    return this._call('POST', ['environments', id, 'restore'], undefined, query);
  }

  /**
   * What was kept of an environment, and how it stands to that.
   */
  snapshots(id: string): Promise<SnapshotList> {
    return this._call('GET', ['environments', id, 'snapshots']);
  }

  /**
   * Keep an environment as it is now, as a job; `accept` does so although it was made anew over
   * the one that was kept.
   */
  takeSnapshot(id: string, accept = false): Promise<Job> {
    const query: Record<string, string> = accept ? { accept: '1' } : {};
    return this._call('POST', ['environments', id, 'snapshots'], undefined, query);
  }

  /**
   * Remove what was kept of an environment; the environment stays.
   */
  discardSnapshots(id: string): Promise<void> {
    return this._call('DELETE', ['environments', id, 'snapshots']);
  }

  /**
   * Protect an environment, or take one's own protection back; `frozen` lets no package of it
   * change either.
   */
  protectEnvironment(id: string, protect: boolean, frozen = false): Promise<Environment> {
    const query: Record<string, string> = frozen ? { frozen: '1' } : {};
    return this._call(
      protect ? 'PUT' : 'DELETE',
      ['environments', id, 'protection'],
      undefined,
      query
    );
  }

  /**
   * What runs in an environment now.
   */
  async uses(environment: string): Promise<Use[]> {
    return (await this._call<{ uses: Use[] }>('GET', ['environments', environment, 'uses'])).uses;
  }

  async packages(environment: string): Promise<Package[]> {
    const path = ['environments', environment, 'packages'];
    return (await this._call<{ packages: Package[] }>('GET', path)).packages;
  }

  changePackages(environment: string, request: PackageRequest): Promise<Job | Preview> {
    return this._call('POST', ['environments', environment, 'packages'], request);
  }

  /**
   * Packages of the channels whose names match; without channels those of new environments.
   */
  searchPackages(
    name: string,
    channels: readonly string[] = [],
    limit = 8
  ): Promise<PackageMatches> {
    const query = { name, channels: channels.join(','), limit: String(limit) };
    return this._call('GET', ['packages'], undefined, query);
  }

  /**
   * Give an environment another name, as a job; `confirm` is its present one where it is in use.
   */
  renameEnvironment(id: string, name: string, confirm: string | null): Promise<Job> {
    return this._call('PATCH', ['environments', id], { name, confirm });
  }

  async exportEnvironment(id: string, format: ExportFormat): Promise<string> {
    const path = ['environments', id, 'export'];
    return (await this._call<{ text: string }>('GET', path, undefined, { format })).text;
  }

  /**
   * The languages that kernels can be made for; `versions` asks the channels for theirs.
   */
  async languages(versions = false): Promise<LanguageChoice[]> {
    const query: Record<string, string> = versions ? { versions: '1' } : {};
    const answer = await this._call<{ languages: LanguageChoice[] }>(
      'GET',
      ['languages'],
      undefined,
      query
    );
    return answer.languages;
  }

  async kernels(): Promise<Kernel[]> {
    return (await this._call<{ kernels: Kernel[] }>('GET', ['kernels'])).kernels;
  }

  createKernel(request: KernelRequest): Promise<Job> {
    return this._call('POST', ['kernels'], { ...request, dry_run: false });
  }

  /**
   * What a new kernel's environment would hold, download and take; nothing is changed.
   */
  previewKernel(request: KernelRequest): Promise<Preview> {
    return this._call('POST', ['kernels'], { ...request, dry_run: true });
  }

  renameKernel(name: string, display_name: string): Promise<Kernel> {
    return this._call('PATCH', ['kernels', name], { display_name });
  }

  removeKernel(name: string): Promise<void> {
    return this._call('DELETE', ['kernels', name]);
  }

  /**
   * The kernels that may stand in for a missing one, nearest first.
   *
   * @param packages - Packages or modules that the notebook needs.
   */
  async nearestKernels(
    missing: { name: string; display_name: string; language: string },
    packages: readonly string[]
  ): Promise<NearKernel[]> {
    const query = { ...missing, packages: packages.join(','), limit: '2' };
    const path = ['nearest-kernels'];
    return (await this._call<{ kernels: NearKernel[] }>('GET', path, undefined, query)).kernels;
  }

  repairKernel(name: string): Promise<Kernel | Job> {
    return this._call('POST', ['kernels', name, 'repair']);
  }
}
