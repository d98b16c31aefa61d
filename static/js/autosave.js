/* <autosave-fields> saves the fields inside it while one types: `data-url` takes its form after a
   pause, `data-key` keeps the text in this browser until the server has it, and the mark whose id is
   `data-saved-mark` ("saved") says which of both is true. */

import { connection } from "./connection.js";
import { sizeOf, sizeProblem } from "./request-size.js";
import { NotSent, post } from "./signed-in.js";
import { typed } from "./storage.js";

const PAUSE = 600;
const UNKEPT = "Your text is too long for this browser to keep: copy it before you leave this page.";

/* A short hash of texts, to recognise them; nothing secret depends on it (FNV-1a, 2 × 32 bits). */
const hashOf = (values) => {
  let [one, two] = [0x811c9dc5, 0x9e3779b9];
  const text = JSON.stringify(values);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x01000199);
  }
  return `${one >>> 0}.${two >>> 0}`;
};

const connected = new Set();

/* The autosaved parts of a form. */
export const autosavesOf = (form) => [...connected].filter((part) => part.form === form);

class AutosaveFields extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.key = this.dataset.key;
    this.timer = 0;
    this.sending = null;
    this.isUnsaved = false;
    connected.add(this);
    this.addEventListener("input", () => this.schedule());
    const stored = typed.get(this.key);
    const current = hashOf(this.values);
    this.known = [current];
    if (!stored?.values || !this.differs(stored.values)) typed.drop(this.key);
    else if (stored.known?.includes(current)) this.restore(stored);
    else this.setBeside(stored.values);
    connection.show();
  }
  disconnectedCallback() {
    connected.delete(this);
  }
  /* What the server holds is what this browser started from or sent: its newer text goes on. */
  restore({ values, known }) {
    this.known = known;
    for (const field of this.fields) if (field.name in values) field.value = values[field.name];
    // At once: the page that was left sent this very text too, and only its reply says so.
    this.show("saving", "Saving…");
    this.isUnsaved = true;
    this.save();
  }
  /* Somebody else wrote in the meantime. Neither text may be lost: theirs stays in the field,
     ours stands under it, to be copied from. */
  setBeside(values) {
    for (const field of this.fields) {
      const text = values[field.name];
      if (!text || text === field.value) continue;
      const beside = document.createElement("div");
      beside.className = "field typing__beside";
      const label = document.createElement("label");
      const copy = document.createElement("textarea");
      copy.id = `${field.id}-beside`;
      copy.className = "textarea";
      copy.readOnly = true;
      copy.value = text;
      label.htmlFor = copy.id;
      label.textContent = "You had typed this here; somebody else’s text is in the field above";
      beside.append(label, copy);
      field.closest(".field, autosave-fields").append(beside);
    }
  }
  /* Kept in this browser, with hashes of the texts that the server may hold because of us. */
  remember() {
    this.known = [...this.known, hashOf(this.values)].slice(-8);
    this.isKept = typed.set(this.key, { values: this.values, known: this.known }, { waits: true });
  }
  get fields() {
    return [...this.querySelectorAll("textarea[name], input[name]")];
  }
  get whereKept() {
    return this.isKept ? "Reload the page; your text is kept in this browser." : UNKEPT;
  }
  get values() {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.value]));
  }
  differs(stored) {
    return this.fields.some((field) => field.name in stored && stored[field.name] !== field.value);
  }
  schedule() {
    this.isUnsaved = true;
    this.isKept = typed.set(this.key, { values: this.values, known: this.known }, { waits: true });
    this.show("saving", "Saving…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }
  /* The form itself is on its way and carries the text: no autosave beside it. */
  cancel() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.isUnsaved = false;
    connection.settled(this.key);
  }
  flush() {
    if (this.timer) this.save({ keepalive: true });
  }
  async save(options = {}) {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.sending) {
      this.again = true;
      return this.sending;
    }
    this.sending = this.send(options);
    await this.sending;
    this.sending = null;
    if (this.again) {
      this.again = false;
      return this.save();
    }
  }
  async send(options) {
    const sent = this.values;
    this.remember();
    const data = new FormData(this.form);
    const problem = sizeProblem(sizeOf(data));
    if (problem) return this.show("failed", `Not saved. ${problem} ${this.isKept ? "" : UNKEPT}`);
    let response;
    try {
      response = await post(this.dataset.url, {
        body: new URLSearchParams(data),
        headers: { Accept: "application/json" },
        redirect: "manual",
        ...options,
      });
    } catch (error) {
      // The banner above says the rest.
      if (error instanceof NotSent) return this.show("failed", this.isKept ? "Not saved: signed out" : this.whereKept);
      if (options.keepalive) return; // too long for a page that is leaving; it is kept here
      return this.offline();
    }
    if (!this.isConnected) return;
    if (response.status >= 500) return this.offline(response.status);
    const reply = await response.json().catch(() => ({}));
    if (response.ok) {
      const baseHash = this.form.elements.base_hash;
      if (baseHash) baseHash.value = reply.base_hash;
      connection.settled(this.key);
      // What was typed since is on its way, and not saved yet.
      if (this.differs(sent)) return this.show("saving", "Saving…");
      typed.drop(this.key);
      this.isUnsaved = false;
      const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
      this.show("saved", `Saved ${now}`);
    } else {
      this.show("failed", reply.message ?? `Not saved. ${this.whereKept}`);
    }
  }
  offline(status = 0) {
    connection.lost(this.key, () => this.isConnected && this.save(), status);
    const count = connection.count;
    const changes = count === 1 ? "1 change waits" : `${count} changes wait`;
    this.show("offline", `${status ? "Not saved yet" : "Offline"}: ${changes}`);
  }
  show(state, text) {
    const mark = document.getElementById(this.dataset.savedMark ?? "saved");
    if (!mark) return;
    mark.hidden = false;
    mark.dataset.state = state;
    mark.querySelector("[data-saved-text]").textContent = text;
    const icons = { saving: "loader-circle", saved: "check", offline: "cloud-off", failed: "triangle-alert" };
    const use = mark.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icons[state]}`));
  }
}
customElements.define("autosave-fields", AutosaveFields);

/* Saves what is typed on the page; tells whether the server has all of it now. */
export const saveTyping = async () => {
  const unsaved = [...connected].filter((part) => part.isUnsaved);
  await Promise.all(unsaved.map((part) => part.save()));
  return unsaved.every((part) => !part.isUnsaved);
};

document.addEventListener("before-sign-out", (event) => event.detail.push(saveTyping()));

const flushAll = () => {
  for (const part of connected) part.flush();
};
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") flushAll();
});
window.addEventListener("pagehide", flushAll);
