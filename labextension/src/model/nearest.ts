/** What is known of a kernel for judging how near it is to another. */
export interface IKernelFacts {
  name: string;
  display_name: string;
  language: string;
}

/**
 * The kernel that is nearest to one that is not there: of the same language, and alike in the
 * words of its names; `null` when none of that language is there.
 *
 * @param wanted - What the notebook says of its kernel; its language may be missing.
 * @param there - The kernels there are; of equals the first one wins.
 */
export function nearestKernel<T extends IKernelFacts>(
  wanted: Partial<IKernelFacts>,
  there: readonly T[]
): T | null {
  const words = wordsOf(`${wanted.name ?? ''} ${wanted.display_name ?? ''}`);
  let best: T | null = null;
  let score = -1;
  for (const kernel of there) {
    if (wanted.language && kernel.language.toLowerCase() !== wanted.language.toLowerCase()) {
      continue;
    }
    const own = wordsOf(`${kernel.name} ${kernel.display_name}`);
    const alike = [...words].filter(word => own.has(word)).length;
    if (alike > score) {
      best = kernel;
      score = alike;
    }
  }
  return best;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[a-z]+|\d+/g) ?? []);
}
