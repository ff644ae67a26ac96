/**
 * Bundle and minify the style sheets into lib/style.css: half as much for a browser to load.
 */
import { bundle } from 'lightningcss';
import { mkdirSync, writeFileSync } from 'node:fs';

mkdirSync('lib', { recursive: true });
writeFileSync('lib/style.css', bundle({ filename: 'style/index.css', minify: true }).code);
