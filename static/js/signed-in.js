/* Who is signed in. Every write carries the page's user and a token that holds: signing in anew in
   another tab changes the token, and may change the user. Forms that can't be sent because nobody is
   signed in are kept, and filled in again afterwards. */

import { showRequestError, UNREACHED } from "./request-errors.js";
import { drafts, loseSentForms, typed } from "./storage.js";

const TOKEN = "csrfmiddlewaretoken";
const FORM_TOKEN = "submission_token";
const page = document.body.dataset;
const readToken = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
const tokenOfPage = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let known = readToken();

export const writeHeaders = () => ({
  "X-CSRFToken": readToken() || tokenOfPage(),
  ...(page.user && { "X-Page-User": page.user }),
});
export class NotSent extends Error {}

/* POST by a script: like fetch, with headers and a token that hold. Rejects with `NotSent`, whose
   message can be shown, where nobody or somebody else is signed in. */
export const post = async (url, { body, headers = {}, ...options } = {}) => {
  if (body?.has?.(TOKEN)) body.set(TOKEN, readToken() || body.get(TOKEN));
  const sent = { method: "POST", body, headers: { ...writeHeaders(), ...headers }, ...options };
  const response = await fetch(url, sent);
  if (response.status !== 401 && !response.headers.has("X-Other-User")) return response;
  const { message } = await response.json();
  if (response.status === 401) sayWho("You are signed out in this browser.");
  else sayWho(message);
  throw new NotSent(message);
};

/* The banner that says so; what was typed stays where it is. */
const sayWho = (text) => {
  const banner = document.getElementById("other-user");
  if (!banner) return;
  banner.hidden = false;
  const kept = typed.isAllKept
    ? "What you typed is kept in this browser."
    : "Your text is too long for this browser to keep: copy it before you leave this page.";
  banner.querySelector("[data-other-user-text]").textContent = `${text} ${kept}`;
};

/* -- requests of HTMX ------------------------------------------------------------------------- */

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get") return;
  Object.assign(detail.headers, writeHeaders());
  if (detail.formData?.has(TOKEN)) detail.formData.set(TOKEN, readToken() || detail.formData.get(TOKEN));
});
document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr, elt } }) => {
  if (xhr.status === 401) keepForm(elt.closest("form"), "lost"); // the redirect follows at once
  if (xhr.getResponseHeader("X-Other-User")) sayWho(JSON.parse(xhr.responseText).message);
});

/* -- plain forms ------------------------------------------------------------------------------ */

const fieldsOf = (form) =>
  [...form.elements].filter(
    (field) => field.name && field.matches("textarea, select, input:not([type=hidden], [type=password], [type=file])"),
  );
const keyOf = (form) => `form:${new URL(form.action, document.baseURI).pathname}`;
function keepForm(form, state) {
  if (!form || form.method === "get" || form.closest("[data-answer-form]")) return;
  const values = Object.fromEntries(
    fieldsOf(form)
      .filter((field) => !field.matches("[type=radio], [type=checkbox]") || field.checked)
      .map(({ name, value }) => [name, value]),
  );
  const isTyped = fieldsOf(form).some(
    (field) => field.matches("textarea, input:not([type=radio], [type=checkbox])") && field.value,
  );
  if (!isTyped || form.target) return; // one that is shown elsewhere leaves this page as it is
  // Sent again, it is the same one: what it made, if it arrived after all, is not made twice.
  const token = form.elements[FORM_TOKEN]?.value;
  if (state === "sent") typed.send(keyOf(form), { state, values, token });
  else typed.set(keyOf(form), { state, values, token }, { waits: true });
}
const restoreForms = (root) => {
  const forms = root.matches?.("form") ? [root] : root.querySelectorAll("form");
  for (const form of forms) {
    const stored = typed.get(keyOf(form));
    if (stored?.state !== "lost" || !fieldsOf(form).some(({ name }) => name in stored.values)) continue;
    typed.drop(keyOf(form));
    for (const field of fieldsOf(form)) {
      if (!(field.name in stored.values)) continue;
      const value = stored.values[field.name];
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = field.value === value;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (stored.token && form.elements[FORM_TOKEN]) form.elements[FORM_TOKEN].value = stored.token;
    const note = document.createElement("p");
    note.className = "field__help";
    note.setAttribute("role", "status");
    note.textContent = "This is what you typed. It hasn’t been saved yet.";
    form.prepend(note);
  }
};

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (readToken() === known || !form.elements[TOKEN]) {
    keepForm(form, "sent");
    return;
  }
  event.preventDefault();
  const who = await fetch(page.signedIn, { cache: "no-store" })
    .then((response) => response.json())
    .catch(() => null);
  if (!who) {
    showRequestError(UNREACHED, form);
    return;
  }
  if (who.user && who.user !== page.user) {
    sayWho(`You are signed in as ${who.name} in this browser now, so this was not sent.`);
    return;
  }
  known = readToken();
  for (const field of document.querySelectorAll(`input[name=${TOKEN}]`)) field.value = known;
  form.requestSubmit(submitter);
});

/* A form that was sent arrived, unless the sign-in page or an error came instead (pages/sign-in.js,
   pages/error.js), or one went back, or loaded the form's page anew, before anything came. */
if (page.user) {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") loseSentForms();
  restoreForms(document);
  typed.settleForms();
  document.addEventListener("htmx:load", (event) => restoreForms(event.detail.elt));
}

/* -- signing out ------------------------------------------------------------------------------- */

const signOut = document.querySelector("form[data-sign-out]");
let isAsked = false;
signOut?.addEventListener("submit", async (event) => {
  if (isAsked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const saving = [];
  document.dispatchEvent(new CustomEvent("before-sign-out", { detail: saving }));
  await Promise.race([Promise.allSettled(saving), new Promise((done) => setTimeout(done, 2000))]);
  typed.dropUnsent();
  drafts.dropAll();
  isAsked = true;
  const count = typed.waiting();
  if (count) {
    const changes = count === 1 ? "1 change isn’t" : `${count} changes aren’t`;
    signOut.querySelector("[data-sign-out-text]").textContent = `${changes} saved. Sign out anyway`;
    signOut.querySelector("[data-sign-out-help]").hidden = false;
    return;
  }
  signOut.requestSubmit();
});
