import type { Environment, Kernel } from '../wire';

/** A line of the section: an environment with its kernels, or a kernel that has none. */
export interface IEnvironmentLine {
  key: string;
  environment: Environment | null;
  kernels: Kernel[];
}

/** Environments with their kernels, protected ones first, then kernels that have none. */
export function environmentLines(
  environments: readonly Environment[],
  kernels: readonly Kernel[],
  filter: string
): IEnvironmentLine[] {
  const taken = new Set<string>();
  const lines: IEnvironmentLine[] = environments.map(environment => {
    const own = kernels.filter(
      kernel => kernel.prefix === environment.prefix || environment.kernels.includes(kernel.name)
    );
    own.forEach(kernel => taken.add(kernel.name));
    return { key: environment.prefix, environment, kernels: own };
  });
  lines.sort(
    (a, b) =>
      Number(b.environment?.is_protected) - Number(a.environment?.is_protected) ||
      (a.environment?.name ?? '').localeCompare(b.environment?.name ?? '')
  );
  for (const kernel of kernels) {
    if (!taken.has(kernel.name)) {
      lines.push({ key: `kernel:${kernel.name}`, environment: null, kernels: [kernel] });
    }
  }
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter(line => {
    const text = [
      line.environment?.name,
      line.environment?.prefix,
      ...line.kernels.flatMap(kernel => [kernel.name, kernel.display_name])
    ]
      .join(' ')
      .toLowerCase();
    return words.every(word => text.includes(word));
  });
}
