/* Keeps the edits of the preview's text in this tab, and brings them back when it is opened again. */

import { drafts } from "../storage.js";

const PAUSE = 600;
const QUICK_DRAFT = 50_000; // characters; a longer text is kept after a pause in the typing
const DRAFT = "rf:preview:";

/* `measure()` is called after each edit. */
export const bindEdits = (state, options, question, { measure }) => {
  const { root, form } = state;
  const key = DRAFT + root.dataset.session;
  let timer;

  const keep = () => {
    clearTimeout(timer);
    timer = undefined;
    const made = [...new Map([...state.madeWith(), ...options.typedRows()])];
    if (state.edited) drafts.keep(key, { text: state.area.value, options: made, revision: root.dataset.revision });
    else drafts.drop(key);
  };
  const keepNow = () => {
    if (timer) keep();
  };
  state.listen(window, "pagehide", keepNow);

  return {
    keep,
    keepNow,
    /* The text was edited, by the user or by a toggle that masks. */
    note() {
      state.edited = state.area.value !== state.area.defaultValue;
      clearTimeout(timer);
      if (state.area.value.length < QUICK_DRAFT) keep();
      else timer = setTimeout(keep, PAUSE);
      measure();
    },
    /* Put the edits from before into the text; `fetchText()` asks for the one that they belong to,
       when it is another. */
    bringBack(fetchText) {
      const draft = drafts.read(key);
      if (!draft) return;
      options.putBack(draft.options);
      for (const [name, value] of draft.options) {
        const field = form.elements[name];
        if (field instanceof HTMLTextAreaElement) field.value = value;
      }
      if (options.asText() !== state.applied) {
        /* Format and file name belong to the text: fetch them, then put the edits in. */
        root.dataset.draft = "waiting";
        fetchText();
        return;
      }
      if (state.isStart()) return;
      state.area.value = draft.text;
      state.edited = true;
      question.open(
        draft.revision === root.dataset.revision
          ? "Your edits from before are back. Replace them with the text as made?"
          : "These are your edits from before; the session has gone on since. Replace them with the text as it is now?",
      );
    },
  };
};
