import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ReactWidget, Toolbar } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commands/ids';
import { describe, textOf } from '../commands/schema';
import { ciManagerIcon } from '../icons';
import { later } from '../later';
import { ICIManager } from '../tokens';
import type { IFace } from '../ui/context';
import { Fetched } from '../ui/fetched';

const PREFIX = 'jp-ci-manager-instance-';

/** A tab in the main area with everything about one instance. */
export const details: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-ci-manager:details',
  description: 'A tab with all about one compute instance: connection, automatic stop, errors.',
  autoStart: true,
  requires: [ICIManager],
  optional: [ILayoutRestorer],
  activate: (app: JupyterFrontEnd, face: IFace, restorer: ILayoutRestorer | null): void => {
    const { trans } = face;
    const tracker = new WidgetTracker<MainAreaWidget>({ namespace: 'ci-manager-instance' });
    app.commands.addCommand(CommandIDs.showInstance, {
      label: trans.__('Show Compute Instance'),
      describedBy: describe({ name: trans.__('Name of the compute instance') }),
      isVisible: args => textOf(args, 'name') !== '',
      execute: async args => {
        const name = textOf(args, 'name');
        let widget = tracker.find(each => each.id === PREFIX + name);
        if (!widget) {
          const content = ReactWidget.create(
            <Fetched face={face} fetch={later.details}>
              {({ InstanceDetails }) => <InstanceDetails face={face} name={name} />}
            </Fetched>
          );
          content.addClass('jp-CIManager');
          content.addClass('jp-CIManager-details');
          // The shell owns it from here on. It has no toolbar to fold: JupyterLab's usual one,
          // which can, leaves a button in memory for each tab that was closed.
          // eslint-disable-next-line jupyter/require-disposable-ownership
          widget = new MainAreaWidget({ content, toolbar: new Toolbar() });
          widget.id = PREFIX + name;
          widget.title.label = name;
          widget.title.icon = ciManagerIcon;
          widget.title.closable = true;
          await tracker.add(widget);
          app.shell.add(widget, 'main', { type: 'Compute instance' });
        }
        app.shell.activateById(widget.id);
      }
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.showInstance,
        args: widget => ({ name: widget.id.slice(PREFIX.length) }),
        name: widget => widget.id
      });
    }
  }
};
