import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { VirtualList } from '../ui/virtuallist';

interface ILine {
  name: string;
  button: boolean;
}

const draw = (lines: ILine[], onOpen?: (line: ILine) => void) => (
  <VirtualList
    items={lines}
    label="Lines"
    keyOf={keyOf}
    heightOf={heightOf}
    onOpen={onOpen}
    render={line => (
      <div role="gridcell">
        {line.name}
        {line.button && <button>{`do ${line.name}`}</button>}
      </div>
    )}
  />
);

const keyOf = (line: ILine) => line.name;
const heightOf = () => 20;
const many = Array.from({ length: 1000 }, (_, i) => ({ name: `line-${i}`, button: true }));

beforeAll(() => {
  window.requestAnimationFrame = callback => {
    callback(0);
    return 0;
  };
});

describe('VirtualList', () => {
  it('draws only what is in sight, and says how many there are', () => {
    render(draw(many));
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('1000');
  });

  it('has one line in the order of Tab', () => {
    render(draw(many));
    const inOrder = screen.getAllByRole('row').filter(row => row.tabIndex === 0);
    expect(inOrder.map(row => row.getAttribute('aria-rowindex'))).toEqual(['1']);
  });

  it('moves with the arrow keys and opens with Enter', () => {
    const opened: string[] = [];
    render(draw(many, line => opened.push(line.name)));
    const first = screen.getAllByRole('row')[0];
    act(() => first.focus());
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('2');
    fireEvent.keyDown(document.activeElement as Element, { key: 'Enter' });
    expect(opened).toEqual(['line-1']);
  });

  it('opens a line with a double click on it, and not with one on a button of it', () => {
    const opened: string[] = [];
    render(draw([{ name: 'a', button: true }], line => opened.push(line.name)));
    fireEvent.doubleClick(screen.getByRole('button'));
    expect(opened).toEqual([]);
    fireEvent.doubleClick(screen.getByRole('gridcell'));
    expect(opened).toEqual(['a']);
  });

  it('keeps the focus in the line when the button that had it goes', () => {
    const { rerender } = render(draw([{ name: 'a', button: true }]));
    act(() => screen.getByRole('button').focus());
    rerender(draw([{ name: 'a', button: false }]));
    expect(document.activeElement?.getAttribute('role')).toBe('row');
  });

  it('leaves the focus alone when it is elsewhere', () => {
    const outside = document.body.appendChild(document.createElement('input'));
    const { rerender } = render(draw([{ name: 'a', button: true }]));
    act(() => screen.getByRole('button').focus());
    act(() => outside.focus());
    rerender(draw([{ name: 'a', button: false }]));
    expect(document.activeElement).toBe(outside);
  });
});
