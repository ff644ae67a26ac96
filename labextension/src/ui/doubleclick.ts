/** How far apart the two clicks of a double click are at most: milliseconds, pixels. */
const TIME = 500;
const DISTANCE = 6;

const OURS = '[class*="jp-CIManager"]';

let first: MouseEvent | null = null;

/**
 * Whoever double-clicks a button that asks something means the button with both clicks: the second
 * one must neither close the question, which stands under the pointer by then, nor answer it.
 */
export function keepQuestions(): void {
  document.addEventListener('click', keepQuestion, true);
}

/** Browsers count clicks differently where what is under the pointer changed: time and place decide. */
function keepQuestion(event: MouseEvent): void {
  const before = first;
  first = event;
  if (!before || !(event.target instanceof Element) || !(before.target instanceof Element)) {
    return;
  }
  const question = event.target.closest('.jp-Dialog');
  if (
    question &&
    !question.contains(before.target) &&
    before.target.closest(OURS) &&
    event.timeStamp - before.timeStamp < TIME &&
    Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < DISTANCE
  ) {
    event.preventDefault();
    event.stopPropagation();
  }
}
