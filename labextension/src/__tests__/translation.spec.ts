import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { translateSchema } from '../plugins/schemas';

const ROOT = path.resolve(__dirname, '../..');
const CATALOGUE = path.join(
  ROOT,
  '../jupyter_ci_manager/locale/ko_KR/LC_MESSAGES/jupyter_ci_manager.json'
);

/** Every message of the sources, and every call whose message cannot be read from them. */
function messages(): { found: Set<string>; plurals: Set<string>; unreadable: string[] } {
  const found = new Set<string>();
  const plurals = new Set<string>();
  const unreadable: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      ['__', '_n'].includes(node.expression.name.text) &&
      /(^|_|\.)trans$/.test(node.expression.expression.getText())
    ) {
      const message = node.arguments[0];
      if (ts.isStringLiteralLike(message)) {
        found.add(message.text);
        if (node.expression.name.text === '_n') {
          plurals.add(message.text);
        }
      } else {
        unreadable.push(node.getText());
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const name of fs.readdirSync(path.join(ROOT, 'src'), { recursive: true }) as string[]) {
    if (/\.tsx?$/.test(name) && !name.includes('__tests__')) {
      const text = fs.readFileSync(path.join(ROOT, 'src', name), 'utf8');
      visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
    }
  }
  return { found, plurals, unreadable };
}

/** Every title and description of the settings, behind the context it is looked up with. */
function ofSettings(): string[] {
  const said: string[] = [];
  const listening = { _p: (context: string, text: string) => said.push(`${context}\u0004${text}`) };
  for (const name of fs.readdirSync(path.join(ROOT, 'schema'))) {
    const schema = JSON.parse(fs.readFileSync(path.join(ROOT, 'schema', name), 'utf8')) as never;
    translateSchema(schema, listening as never);
  }
  return said;
}

describe('the Korean catalogue', () => {
  const korean = JSON.parse(fs.readFileSync(CATALOGUE, 'utf8')) as Record<string, string[]>;
  const { found, plurals, unreadable } = messages();
  ofSettings().forEach(message => found.add(message));

  it('holds every message of the sources and of the settings, and no other', () => {
    expect(unreadable).toEqual([]);
    const known = Object.keys(korean).filter(Boolean);
    expect([...found].filter(message => !known.includes(message))).toEqual([]);
    expect(known.filter(message => !found.has(message))).toEqual([]);
  });

  it('has two forms where the sources have two, else one: JupyterLab passes over all others', () => {
    const wrong = Object.entries(korean)
      .filter(([message]) => message !== '')
      .filter(([message, forms]) => forms.length !== (plurals.has(message) ? 2 : 1));
    expect(wrong).toEqual([]);
  });

  it('keeps every placeholder', () => {
    const placeholders = (text: string) => [...new Set(text.match(/%\d/g) ?? [])].sort();
    const wrong = Object.entries(korean)
      .filter(([message]) => message !== '')
      .filter(([message, [said]]) => placeholders(message).join() !== placeholders(said).join());
    expect(wrong).toEqual([]);
  });
});
