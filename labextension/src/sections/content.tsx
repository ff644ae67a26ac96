import React from 'react';
import { FaceProvider, type IFace } from '../ui/context';
import { EnvironmentsSection } from './environments';
import { Header } from './header';
import { InstancesSection } from './instances';
import { JobsSection } from './jobs';
import { EnvironmentsTools, InstancesTools } from './tools';

const PARTS = {
  header: Header,
  instances: InstancesSection,
  environments: EnvironmentsSection,
  jobs: JobsSection,
  instancesTools: InstancesTools,
  environmentsTools: EnvironmentsTools
};

/** The parts of the panel. */
export type PartName = keyof typeof PARTS;

/**
 * What the panel shows once somebody looks at it: a page on which nobody does never runs it, and asks
 * the server for none of it.
 */
export function Part(props: { face: IFace; name: PartName }): React.JSX.Element {
  const Content = PARTS[props.name];
  return (
    <FaceProvider value={props.face}>
      <Content />
    </FaceProvider>
  );
}
