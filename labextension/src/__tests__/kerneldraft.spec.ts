import { FIRST_KERNEL, isAskable, kernelRequestOf, sourceField } from '../model/kerneldraft';
import { kindOfFile, listOf, nameAt, nameInFile, withName } from '../model/packagewords';

describe('names of packages', () => {
  it('are parted by commas, spaces and lines', () => {
    expect(listOf(' numpy,pandas>=2\n scipy ')).toEqual(['numpy', 'pandas>=2', 'scipy']);
  });

  it('are looked for while they are typed, wherever that is', () => {
    expect(nameAt('numpy pan', 9)).toEqual({ word: 'pan', start: 6, end: 9 });
    expect(nameAt('nu pandas', 2)).toEqual({ word: 'nu', start: 0, end: 2 });
    expect(nameAt('numpy p', 7)).toBeNull();
    expect(nameAt('pandas>=2', 9)).toBeNull();
    expect(nameAt('numpy ', 6)).toBeNull();
  });

  it('are put in the place of what was typed', () => {
    const word = nameAt('a pan, b', 5);
    expect(word && withName('a pan, b', word, 'pandas')).toBe('a pandas b');
  });
});

describe('files of environments', () => {
  const yaml = 'name: mine # here\ndependencies:\n  - python\n';
  const explicit = '# platform: linux-64\n@EXPLICIT\nhttps://x/a-1-0.conda\n';
  const lock = 'version: 1\npackage:\n- name: a\n';

  it('are told apart', () => {
    expect([yaml, explicit, lock].map(kindOfFile)).toEqual(['environment_yml', 'lock', 'lock']);
  });

  it('give their name away', () => {
    expect(nameInFile(yaml)).toBe('mine');
    expect(nameInFile('name: "quoted"\n')).toBe('quoted');
    expect(nameInFile('dependencies: []')).toBe('');
  });
});

describe('a draft of a kernel', () => {
  it('asks for one source only', () => {
    const draft = { ...FIRST_KERNEL, name: ' newenv ', packages: 'numpy', base: '/envs/x' };
    expect(kernelRequestOf(draft)).toEqual({
      name: 'newenv',
      language: 'python',
      packages: ['numpy'],
      pip: []
    });
    expect(kernelRequestOf({ ...draft, source: 'clone', scope: 'machine' })).toEqual({
      name: 'newenv',
      language: 'python',
      clone: '/envs/x',
      scope: 'machine'
    });
    const locked = { ...draft, source: 'file' as const, file: '@EXPLICIT\nhttps://x' };
    expect(kernelRequestOf(locked).lock).toBe(locked.file);
    expect(sourceField(locked)).toBe('lock');
  });

  it('is not asked about before there is enough of it', () => {
    expect(isAskable(FIRST_KERNEL)).toBe(false);
    expect(isAskable({ ...FIRST_KERNEL, name: 'x' })).toBe(true);
    expect(isAskable({ ...FIRST_KERNEL, name: 'x', source: 'file' })).toBe(false);
    expect(isAskable({ ...FIRST_KERNEL, name: 'x', source: 'existing' })).toBe(false);
  });
});
