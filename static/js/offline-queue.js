/* Sends later what could not be sent from the run page: in the order in which it was done, each
   once. An answer carries the id of its form, which the server records once; an answer and the values
   of variables also survive a reload of the page. */

import { autosavesOf } from "./autosave.js";
import { connection } from "./connection.js";
import { typed } from "./storage.js";

const run = document.getElementById("run");
const answerKey = `${run.dataset.session}/answer`;
const isAnswer = (element) => element.matches("[data-answer-form]");
const nameOf = (element) => element.dataset.resend ?? `${element.getAttribute("hx-post")}`;
const posted = (event) => {
  const request = event.detail.requestConfig;
  return request?.verb === "post" && run.isConnected ? request.elt : null;
};

/* The button that was pressed, or the one that stands in its place since a reply swapped it. */
const buttonOf = (form, { name = "", value = "" } = {}) =>
  [...form.elements].find(
    (one) => one.matches("[type=submit]:not([formaction])") && one.name === name && one.value === value,
  );
/* HTMX takes the pressed button from a click, not from the submit. */
const press = (form, submitter) => {
  const button = buttonOf(form, submitter);
  if (button) button.click();
  else form.requestSubmit();
};

/* Ask again, and be done when the reply (or the next failure) is there. */
const resend = (element, submitter) => {
  const now = element.isConnected
    ? element
    : run.querySelector(`[data-resend="${CSS.escape(element.dataset.resend ?? "")}"]`);
  if (!now) return Promise.resolve(); // its step is gone; what was typed there is kept
  return new Promise((done) => {
    let started = false;
    const begins = (event) => {
      if (posted(event) === now) started = true;
    };
    const ends = (event) => {
      if (posted(event) !== now) return;
      document.removeEventListener("htmx:afterRequest", ends);
      done();
    };
    document.addEventListener("htmx:beforeRequest", begins);
    document.addEventListener("htmx:afterRequest", ends);
    if (now.matches("form")) press(now, submitter);
    else if (now.matches("button")) now.click();
    else window.htmx.trigger(now, "change");
    document.removeEventListener("htmx:beforeRequest", begins);
    if (!started) {
      document.removeEventListener("htmx:afterRequest", ends);
      done();
    }
  });
};

const values = (form, submitter) => Object.fromEntries(new FormData(form, submitter ?? null));
const lost = (event) => {
  const element = posted(event);
  if (!element) return;
  if (isAnswer(element)) element.inert = false;
  const status = event.detail.xhr?.status ?? 0;
  if (status && status < 500 && status !== 401) {
    if (isAnswer(element)) typed.drop(answerKey);
    return;
  }
  const submitter = event.detail.requestConfig.triggeringEvent?.submitter;
  if (isAnswer(element) && !element.elements.revised_decision_id) {
    const { position, node_id, request_id, choice = "", reused_option = "" } = values(element, submitter);
    typed.set(answerKey, { position, node_id, request_id, choice, reused_option }, { waits: true });
  }
  if (status === 401) return; // the page leaves for the sign-in, and does it after that
  connection.lost(nameOf(element), () => resend(element, submitter), status);
};
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, lost);
}
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status === 401) lost(event);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const element = posted(event);
  if (!element || !event.detail.successful) return;
  connection.settled(nameOf(element));
  if (isAnswer(element)) typed.drop(answerKey);
  for (const part of keptValues(element)) {
    served.set(part, fieldOf(part).value);
    typed.drop(part.dataset.keptValue);
  }
});

/* An answer: the form rests while it is on its way, and carries what was typed. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = posted(event);
  if (!form || !isAnswer(form)) return;
  for (const part of autosavesOf(form)) {
    part.cancel();
    part.remember();
  }
  form.inert = true;
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  const form = posted(event);
  if (!form || !isAnswer(form) || event.detail.xhr.status >= 300) return;
  for (const part of autosavesOf(form)) typed.drop(part.key);
});

/* Values of variables: [data-kept-value="key"] around a field; sensitive ones have none. */
const keptValues = (element) =>
  element.matches("[data-kept-value]")
    ? [element]
    : element.matches("[data-uses-kept]")
      ? [...element.closest("section").querySelectorAll("[data-kept-value]")]
      : [];
const fieldOf = (part) => part.querySelector("input, select");
const served = new WeakMap(); // the value that the server had when the page came
run.addEventListener("input", (event) => {
  const part = event.target.closest("[data-kept-value]");
  if (part) typed.set(part.dataset.keptValue, { value: event.target.value, from: served.get(part) }, { waits: true });
});
const restoreValues = () => {
  const sent = [];
  for (const part of run.querySelectorAll("[data-kept-value]")) {
    if (served.has(part)) continue;
    const field = fieldOf(part);
    const stored = typed.get(part.dataset.keptValue);
    served.set(part, field.value);
    if (!stored || stored.value === field.value) typed.drop(part.dataset.keptValue);
    else if (stored.from !== field.value) {
      // Somebody else changed it in the meantime: theirs stays, ours is said.
      const said = part.querySelector(".field__error");
      said.textContent = `You had typed “${stored.value}” here; somebody else changed it since.`;
    } else {
      field.value = stored.value;
      if (part.hasAttribute("hx-post")) sent.push(resend(part));
    }
  }
  return Promise.all(sent);
};

/* An answer that was pressed before the page was left goes out now, if its step still waits. */
const restoreAnswer = () => {
  const stored = typed.get(answerKey);
  const form = run.querySelector("[data-answer-form]");
  typed.drop(answerKey);
  if (!stored || !form || form.elements.revised_decision_id) return;
  const { position, node_id, request_id } = form.elements;
  if (position.value !== stored.position || node_id.value !== stored.node_id) return;
  request_id.value = stored.request_id;
  const { choice, reused_option } = stored;
  const [name, value] = reused_option ? ["reused_option", reused_option] : choice ? ["choice", choice] : [];
  const button = buttonOf(form, { name, value });
  if (button) button.click();
};
let isFirst = true;
document.addEventListener("htmx:load", () => {
  const sent = restoreValues(); // first: an answer is recorded with the values in it
  if (isFirst) sent.then(restoreAnswer);
  isFirst = false;
});
