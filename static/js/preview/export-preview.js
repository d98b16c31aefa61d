/* <export-preview> shows the generated text to edit, with options that make it anew without losing
   what was typed. Edits stay in this tab; they are sent to the redaction alone, and for HTML to the
   view that renders them, which keep nothing. */

import { copy } from "../copy.js";
import { focusContent } from "../focus.js";
import { showRequestError } from "../request-errors.js";
import { bindActions } from "./actions.js";
import { bindEdits } from "./edits.js";
import { bindLengthMeter } from "./length-meter.js";
import { optionsOf } from "./options.js";
import { bindPageView } from "./page-view.js";
import { redact } from "./redaction.js";
import { watchFindings } from "./redaction-highlights.js";
import { bindRequests } from "./requests.js";
import { createQuestion, createState } from "./state.js";

const NARROW = window.matchMedia("(max-width: 63.99rem)");

/* The preview that is open. */
let current = null;

const start = (root) => {
  const state = createState(root);
  const { form, find, listen } = state;
  const options = optionsOf(form);
  const question = createQuestion(state);
  const text = () => state.area.value;
  let watcher = null;

  const edits = bindEdits(state, options, question, { measure: () => meter.measure() });
  const requests = bindRequests(state, options, question, edits, { lookAgain: () => watcher?.look() });
  const meter = bindLengthMeter({ root, listen, text, result: () => state.result, changed: requests.change });
  const pageView = bindPageView({
    root,
    listen,
    /* The editor's text; where the page itself has pictures, they come from the server. */
    sent: () =>
      state.edited || state.result.dataset.hasPictures === undefined ? [["text", text()]] : state.madeWith(),
  });
  const scan = (scanned, signal) =>
    redact(root.dataset.redact, {
      text: scanned,
      choices: options.redactionChoices(),
      session: root.dataset.session,
      signal,
    });
  bindActions({
    root,
    form,
    listen,
    ready: requests.ready,
    isPage: () => (state.requested === null ? "page" in state.result.dataset : copy.isPage(form)),
    options: state.madeWith,
    scan,
    text,
    isEdited: () => state.edited,
    result: () => state.result,
    limit: meter.limit,
  });

  /* Take over the text that has come. */
  const take = () => {
    watcher?.stop();
    watcher = null;
    state.readResult();
    options.takeMade(JSON.parse(state.result.dataset.made));
    state.area.readOnly = state.isStart();
    for (const hidden of root.querySelectorAll("[data-needs-script], [data-views]")) hidden.hidden = false;
    pageView.again();
    if (state.isStart()) find("[data-findings]").hidden = true;
    const waiting = root.dataset.draft === "waiting";
    delete root.dataset.draft;
    if (waiting) edits.bringBack(requests.fetchText);
    meter.measure();
    if (state.isStart()) return;
    state.area.addEventListener("input", edits.note);
    watcher = watchFindings(root, state.area, {
      scan,
      changed() {
        edits.note();
        pageView.show();
      },
    });
  };

  const fold = find("[data-preview-fold]");
  const foldAway = () => {
    fold.open = !NARROW.matches;
  };
  foldAway();
  listen(NARROW, "change", foldAway);
  options.showSummaryFields();
  state.applied = options.asText();
  state.readResult();
  edits.bringBack(requests.fetchText);
  if (root.dataset.draft !== "waiting") take();

  return {
    bring: requests.bring,
    arrive() {
      if (state.requested === state.applied) {
        state.requested = null;
        root.removeAttribute("aria-busy");
      }
      take();
      state.area.readOnly ||= state.requested !== null; // another text is on its way
      if (state.requested === null) requests.settle("");
    },
    /* The text didn't come: everything is as it was before it was asked for. */
    giveUp() {
      state.requested = null;
      root.removeAttribute("aria-busy");
      options.putBack(state.madeWith());
      if (root.dataset.draft) {
        delete root.dataset.draft;
        take();
      } else {
        state.area.readOnly = state.isStart();
        edits.note();
      }
      requests.settle("lost");
    },
    stop() {
      edits.keepNow();
      requests.stop();
      watcher?.stop();
      state.stopListening();
    },
  };
};

class ExportPreview extends HTMLElement {
  connectedCallback() {
    // HTMX binds the options' form after it was put in; then they can ask for another text.
    queueMicrotask(() => {
      if (!this.isConnected) return;
      this.preview = start(this);
      current = this.preview;
    });
  }
  disconnectedCallback() {
    this.preview?.stop();
    if (current === this.preview) current = null;
  }
}
customElements.define("export-preview", ExportPreview);

/* What asked for the preview: a key presses it without giving it the focus. */
let opener = null;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.id === "preview-dialog" && !detail.target.contains(detail.elt)) opener = detail.elt;
});

/* The dialog opens when its content has come; the text is taken over whenever it was swapped. */
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.detail.target;
  if (dialog.id !== "preview-dialog") return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-preview-title]").focus({ preventScroll: true });
});
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "preview-result") current?.arrive();
});
document.addEventListener(
  "close",
  (event) => {
    if (event.target.id !== "preview-dialog") return;
    event.target.replaceChildren();
    if (document.activeElement === document.body) opener?.focus({ preventScroll: true });
    focusContent();
  },
  true,
);

const OURS = ["preview-dialog", "preview-result"];
const fail = (element, text = "The preview couldn’t be made. Check the connection and try again.") => {
  if (!current) {
    showRequestError(text, element);
    return;
  }
  current.giveUp();
  copy.say(text);
};
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    if (OURS.includes(event.detail.target?.id)) fail(event.detail.elt);
  });
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!OURS.includes(target?.id)) return;
  if (xhr.status < 300) {
    current?.bring(xhr);
    return;
  }
  event.detail.shouldSwap = false;
  if (xhr.status !== 422) return;
  event.detail.isError = false; // it is shown here, in the server's words
  fail(event.detail.elt, xhr.responseText);
});
