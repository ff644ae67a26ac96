import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import { ApiError } from '../errors';
import { useFace } from '../ui/context';
import type { CreateInstance, CreatePreview } from '../wire';

/** Buttons that copy what is filled in, in the words of other tools. */
export function CopyAs(props: {
  request: () => CreateInstance;
  onError: (error: ApiError) => void;
}): React.JSX.Element {
  const { model, trans } = useFace();
  const [said, setSaid] = React.useState('');
  const copy = async (label: string, take: (preview: CreatePreview) => string) => {
    try {
      const preview = await model.api.previewInstance(props.request());
      Clipboard.copyToSystem(take(preview));
      setSaid(trans.__('%1 copied', label));
    } catch (reason) {
      props.onError(ApiError.from(reason));
    }
  };
  const forms: [string, (preview: CreatePreview) => string][] = [
    ['az', preview => preview.az],
    ['Python', preview => preview.python],
    [trans.__('ARM template'), preview => JSON.stringify(preview.template, null, 2)]
  ];
  return (
    <div className="jp-CIManager-copyAs">
      <span>{trans.__('Copy as')}</span>
      {forms.map(([label, take]) => (
        <button
          key={label}
          type="button"
          className="jp-CIManager-button"
          onClick={() => void copy(label, take)}
        >
          {label}
        </button>
      ))}
      <span role="status">{said}</span>
    </div>
  );
}
