// Bundled and minified from index.css beside it: `jlpm build:style`.
import '../lib/style.css';
