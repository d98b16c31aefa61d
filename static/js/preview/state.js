/* Holds what the parts of an open preview share: its elements, whether the text was edited, and
   which options the text was made with. */

export const createState = (root) => {
  const off = new AbortController();
  const find = (selector) => root.querySelector(selector);
  const state = {
    root,
    form: find("#preview-options"),
    area: null, // the text box; it and `result` are replaced with each text
    result: null,
    edited: false,
    applied: null, // the options that the text was made with, as one text
    requested: null, // those of the text that is on its way, null for none
    declined: null, // those for which edits were kept: summary rows stay as they are typed
    askedBy: null, // the control that made the open question come up
    find,
    /* Listen until the preview is closed. */
    listen: (target, name, act) => target.addEventListener(name, act, { signal: off.signal }),
    stopListening: () => off.abort(),
    /* [name, value] of the options that the text was made with. */
    madeWith: () => JSON.parse(state.applied),
    /* The text is too long to edit: only its beginning is here. */
    isStart: () => state.result.hasAttribute("data-is-start"),
    /* Take over the elements that came with a text. */
    readResult() {
      state.result = find("#preview-result");
      state.area = find("#preview-text");
    },
  };
  return state;
};

/* The question whether edits may be replaced. */
export const createQuestion = (state) => {
  const bar = state.find("[data-ask]");
  return {
    isOpen: () => !bar.hidden,
    open(text, askedBy = null) {
      bar.hidden = false;
      state.find("[data-ask-text]").textContent = text;
      state.askedBy = askedBy;
    },
    close() {
      bar.hidden = true;
    },
    focus: () => state.find("[data-ask-keep]").focus(),
    /* Where the focus goes when it is answered. */
    takeAskedBy() {
      const back = state.askedBy?.isConnected ? state.askedBy : state.area;
      state.askedBy = null;
      return back;
    },
  };
};
