import { Token } from '@lumino/coreutils';
import type { CIManagerPanel } from './sections/panel';
import type { IFace } from './ui/context';

/** The translation domain of all our words. */
export const DOMAIN = 'jupyter_ci_manager';

/**
 * The front end's core, for our own plugins and those of others: model, words, commands.
 */
export const ICIManager = new Token<IFace>(
  'jupyter-ci-manager:ICIManager',
  'Compute instances, environments, kernels and jobs as the server tells them.'
);

/**
 * The side panel.
 */
export const ICIManagerPanel = new Token<CIManagerPanel>(
  'jupyter-ci-manager:ICIManagerPanel',
  'The side panel, whose sections can be moved to other panels.'
);
