// A question that was answered gives the focus back to what was in hand before it.
const question = 'fluent-dialog';
let before = null;
document.addEventListener('focusin', ({ target }) => {
  if (!target.closest(question)) before = target;
});
new MutationObserver(changes => {
  const isClosed = changes.some(({ removedNodes }) => [...removedNodes].some(node => node instanceof Element && (node.matches(question) || node.querySelector(question))));
  if (isClosed && document.activeElement === document.body && before?.isConnected) before.focus();
}).observe(document.body, { childList: true, subtree: true });
