/** All dialogs under one roof: they are loaded together, with the first that is opened. */
export { confirmInstance } from './confirminstance';
export { createInstance } from './createinstance';
export { exportEnvironment } from './export';
export { type INewKernelStart, newKernel } from './newkernel';
export { showPackages } from './packages';
export { confirmRemoveKernel } from './removekernel';
export { removeEnvironmentDialog } from './removeenvironment';
export { renameEnvironmentDialog } from './renameenvironment';
export { showProtection } from './snapshots';
export { resizeInstance } from './resize';
export { showSignInCode } from './signincode';
