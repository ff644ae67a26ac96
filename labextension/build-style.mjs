/**
 * Bundle and minify the style sheets into lib: half as much for a browser to load. One comes with
 * the page, the other one with the first part that is loaded later.
 */
import { bundle } from 'lightningcss';
import { mkdirSync, writeFileSync } from 'node:fs';

mkdirSync('lib', { recursive: true });
for (const [source, target] of [
  ['index', 'style'],
  ['later', 'later']
]) {
  const { code } = bundle({ filename: `style/${source}.css`, minify: true });
  writeFileSync(`lib/${target}.css`, code);
}
