/* Keys that an input method uses to compose a word (Enter takes it, Escape drops it) are no keys of
   the page: none of its handlers sees them. Safari names the last one by its code alone. */

const COMPOSING = 229;
window.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.keyCode === COMPOSING) event.stopImmediatePropagation();
  },
  true,
);
