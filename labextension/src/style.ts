// All styles but those of the closed panel: `jlpm build:style` makes it of style/later.css.
import '../lib/later.css';
