import { nearestKernel } from '../model/nearest';

const kernel = (name: string, display_name: string, language = 'python') => ({
  name,
  display_name,
  language
});

describe('nearestKernel', () => {
  const there = [
    kernel('python3', 'Python 3 (ipykernel)'),
    kernel('python310-sdkv2', 'Python 3.10 - SDK v2'),
    kernel('ir', 'R', 'R')
  ];

  it('prefers the same language and like names', () => {
    const wanted = kernel('python38-sdkv2', 'Python 3.8 - SDK v2');
    expect(nearestKernel(wanted, there)?.name).toBe('python310-sdkv2');
    expect(nearestKernel(kernel('ir41', 'R 4.1', 'R'), there)?.name).toBe('ir');
  });

  it('offers none of another language', () => {
    expect(nearestKernel(kernel('julia-1.9', 'Julia', 'julia'), there)).toBeNull();
  });

  it('does with a name alone', () => {
    expect(nearestKernel({ name: 'python3-old' }, there)?.name).toBe('python3');
  });
});
