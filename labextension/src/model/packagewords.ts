/** The words or lines of a text, as a list: commas, spaces and line breaks all part them. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The word at a place of a text, and where it begins and ends. */
export interface IWord {
  word: string;
  start: number;
  end: number;
}

/**
 * The name of a package that is being typed at a place; `null` for what is too short for a search
 * or already says more than a name.
 */
export function nameAt(text: string, place: number): IWord | null {
  const start = text.slice(0, place).search(/[^\s,]*$/);
  const end = place + (/^[^\s,]*/.exec(text.slice(place))?.[0].length ?? 0);
  const word = text.slice(start, end);
  return word.length >= 2 && /^[a-z0-9][a-z0-9_.-]*$/i.test(word) ? { word, start, end } : null;
}

/** The word that somebody types at a place, of whatever kind; empty behind a space or a comma. */
export function wordAt(text: string, place: number): string {
  return /[^\s,]*$/.exec(text.slice(0, place))?.[0] ?? '';
}

/** A text with one word replaced by the name of a package, ready for the next one. */
export function withName(text: string, { start, end }: IWord, name: string): string {
  const rest = text.slice(end).replace(/^[\s,]+/, '');
  return `${text.slice(0, start)}${name} ${rest}`;
}

/** What kind of file a text is that describes an environment. */
export type FileKind = 'environment_yml' | 'lock';

/** Tell a lock file (an explicit list or one of conda-lock) from an `environment.yml`. */
export function kindOfFile(text: string): FileKind {
  return /^@EXPLICIT\s*$/m.test(text) || /^package:\s*$/m.test(text) ? 'lock' : 'environment_yml';
}

/** The name that an `environment.yml` gives itself; empty where it has none. */
export function nameInFile(text: string): string {
  return /^name:\s*["']?([A-Za-z0-9_.-]+)["']?\s*(#.*)?$/m.exec(text)?.[1] ?? '';
}
