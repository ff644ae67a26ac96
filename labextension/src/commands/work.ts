/**
 * What the commands do, loaded when the first of them is run; their names and labels stand in the
 * files beside this one.
 */
export * from './environmentwork';
export * from './instancework';
export * from './kernelwork';
export * from './workspacework';
