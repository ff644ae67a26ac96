/**
 * What the panel shows once somebody looks at it: a page that never does need not load it.
 */
export { EnvironmentsSection } from './environments';
export { Header } from './header';
export { InstancesSection } from './instances';
export { JobsSection } from './jobs';
