/* Asks the server for the text anew when options change, never replacing edits unasked, and lets
   those who take the text out wait for the one that is on its way. */

import { copy } from "../copy.js";
import { REDACTION_CHOICES } from "./options.js";

const PAUSE = 600;

/* `lookAgain()` has the text looked through again: only what is searched for has changed. */
export const bindRequests = (state, options, question, edits, { lookAgain }) => {
  const { root, form, listen } = state;
  const takers = []; // who wait for the text that is on its way
  const sent = new WeakMap(); // the options that a request was sent with
  let typing = null; // the field that is being typed in
  let timer;

  const fetchText = () => {
    state.requested = options.asText();
    root.setAttribute("aria-busy", "true");
    state.area.readOnly = true; // what would be typed now is about to be replaced
    window.htmx.trigger(form, "regenerate");
  };
  const regenerate = () => {
    clearTimeout(timer);
    question.close();
    state.edited = false;
    edits.keep();
    fetchText();
  };
  const settle = (why) => {
    for (const done of takers.splice(0)) done(why);
  };

  /* The options were changed by the control `by`. */
  const change = (by) => {
    options.showSummaryFields();
    if (options.asText() === (state.requested ?? state.applied)) {
      question.close();
      return;
    }
    if (!state.edited) {
      regenerate();
      return;
    }
    const isNew = !question.isOpen();
    const isTyped = by?.matches("textarea");
    question.open("This makes the text anew. Replace your edits?", isTyped ? state.askedBy : by);
    if (!isTyped) question.focus();
    else if (isNew) copy.say("This makes the text anew. Replace your edits, or keep them?");
  };
  const takeTyped = () => {
    clearTimeout(timer);
    if (typing) change(typing);
    typing = null;
  };

  /* A request that waited for another one takes the options as they are when it is sent. */
  listen(form, "htmx:beforeRequest", ({ detail }) => {
    state.requested = options.asText();
    sent.set(detail.xhr, state.requested);
  });
  listen(form, "change", (event) => {
    if (event.target.matches("textarea")) return;
    const scansOnly = REDACTION_CHOICES.includes(event.target.name) && !form.elements.redaction_mode.checked;
    if (scansOnly) {
      state.applied = options.asText();
      lookAgain();
    } else change(event.target);
  });
  listen(form, "input", (event) => {
    if (!event.target.matches("textarea")) return;
    clearTimeout(timer);
    typing = event.target;
    timer = setTimeout(takeTyped, PAUSE);
  });
  listen(form, "submit", (event) => {
    if (event.submitter?.matches("[data-preview-download]")) return;
    event.preventDefault();
    change(event.submitter);
  });
  listen(root, "click", (event) => {
    const button = event.target.closest("[data-cut], [data-uncut]");
    if (!button) return;
    event.preventDefault();
    options.setCut(button.value);
    change(button);
    if (!state.edited) state.find("[data-preview-title]").focus();
  });
  listen(state.find("[data-ask-keep]"), "click", () => {
    question.close();
    clearTimeout(timer);
    typing = null;
    options.putBack(state.madeWith());
    state.declined = options.asText();
    question.takeAskedBy().focus();
  });
  listen(state.find("[data-ask-replace]"), "click", () => {
    const back = question.takeAskedBy();
    regenerate();
    (back.id === "preview-text" ? state.find("[data-preview-title]") : back).focus();
  });

  return {
    fetchText,
    change,
    settle,
    /* Whoever takes the text out waits for the one that was asked for: another may be unmasked.
       "" when it is there, "lost" when it didn't come, "ask" while edits stand in its way. */
    ready() {
      takeTyped();
      const wanted = options.asText();
      if (state.requested === null && wanted !== state.applied && !state.edited) regenerate();
      if (state.requested !== null) return new Promise((done) => takers.push(done));
      return Promise.resolve(wanted === state.applied || wanted === state.declined ? "" : "ask");
    },
    /* `xhr` has brought a text, which is about to stand in the page. */
    bring(xhr) {
      state.applied = sent.get(xhr) ?? state.applied;
    },
    stop() {
      clearTimeout(timer);
      settle("lost");
    },
  };
};
