import React from 'react';
import { useFace } from '../ui/context';

const LARGEST = 4_000_000;

/** What a place for a file needs. */
export interface IFileDropProps {
  /** What the button says. */
  label: string;
  /** Which files are offered, as an input of type `file` takes it. */
  accept: string;
  onText: (text: string, name: string) => void;
  /** Draws what a file can be dropped on; gets the button that chooses one. */
  children: (choose: React.ReactNode) => React.ReactNode;
}

/** A place where a text file can be dropped, with a button that chooses one. */
export function FileDrop(props: IFileDropProps): React.JSX.Element {
  const { trans } = useFace();
  const input = React.useRef<HTMLInputElement>(null);
  const [over, setOver] = React.useState(false);
  const [said, setSaid] = React.useState('');
  const take = async (file: File | undefined) => {
    if (!file) {
      return;
    }
    if (file.size > LARGEST) {
      setSaid(trans.__('%1 is too large.', file.name));
      return;
    }
    const text = await file.text();
    if (text.includes('\0')) {
      setSaid(trans.__('%1 is no text.', file.name));
      return;
    }
    setSaid(file.name);
    props.onText(text, file.name);
  };
  const choose = (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={props.accept}
        aria-label={props.label}
        onChange={event => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <button type="button" className="jp-CIManager-button" onClick={() => input.current?.click()}>
        {props.label}
      </button>
      <span role="status">{said}</span>
    </>
  );
  return (
    <div
      className="jp-CIManager-drop"
      data-over={over}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      {props.children(choose)}
    </div>
  );
}
