import { LabIcon } from '@jupyterlab/ui-components';
import panel from '../style/icons/ci-manager.svg';

/** A machine with a cloud's curve: the panel's tab and our launcher cards. */
export const ciManagerIcon = new LabIcon({ name: 'ci-manager:panel', svgstr: panel });
