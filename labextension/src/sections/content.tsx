import React from 'react';
import { FaceProvider, type IFace } from '../ui/context';
import { EnvironmentsSection } from './environments';
import { Header } from './header';
import { InstancesSection } from './instances';
import { JobsSection } from './jobs';

const PARTS = {
  header: Header,
  instances: InstancesSection,
  environments: EnvironmentsSection,
  jobs: JobsSection
};

/** The parts of the panel. */
export type PartName = keyof typeof PARTS;

/**
 * What the panel shows once somebody looks at it: a page that never does need not load it.
 */
export function Part(props: { face: IFace; name: PartName }): React.JSX.Element {
  const Content = PARTS[props.name];
  return (
    <FaceProvider value={props.face}>
      <Content />
    </FaceProvider>
  );
}
