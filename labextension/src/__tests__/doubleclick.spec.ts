import { keepQuestions } from '../ui/doubleclick';

describe('the second click of a double click', () => {
  let question: HTMLElement;
  let answered: number;

  const click = (target: Element, at: number, x = 100) => {
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, clientX: x });
    Object.defineProperty(event, 'timeStamp', { value: at });
    target.dispatchEvent(event);
  };
  const button = (className: string) => {
    const node = document.createElement('button');
    node.className = className;
    document.body.append(node);
    return node;
  };

  beforeAll(keepQuestions);

  beforeEach(() => {
    document.body.replaceChildren();
    question = document.createElement('div');
    question.className = 'jp-Dialog';
    document.body.append(question);
    answered = 0;
    question.addEventListener('click', () => answered++, true);
  });

  it('does not answer the question that the first one asked', () => {
    click(button('jp-CIManager-button'), 1_000);
    click(question, 1_200);
    expect(answered).toBe(0);
  });

  it.each([
    ['later', 'jp-CIManager-button', 1_800, 100],
    ['elsewhere', 'jp-CIManager-button', 1_200, 180],
    ['after a button that is not ours', 'jp-Button', 1_200, 100]
  ])('is a click like any other %s', (_, className, at, x) => {
    click(button(className), 1_000);
    click(question, at, x);
    expect(answered).toBe(1);
  });

  it('counts inside of the question itself', () => {
    const inside = button('jp-CIManager-button');
    question.append(inside);
    click(inside, 1_000);
    click(inside, 1_200);
    expect(answered).toBe(2);
  });
});
