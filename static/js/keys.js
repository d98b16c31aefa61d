/* Which key was pressed, for every script that acts on keys: the same key with Caps Lock, in Cyrillic,
   Greek or Arabic script, and the digits of a French keyboard, which are typed with Shift. People
   choose in their settings whether single keys act at all (WCAG 2.1.4). */

const body = document.body.dataset;
const LATIN = /^[a-z]$/i;
const LETTER = /^\p{L}$/u;
const NAME = /^(?:Key|Digit|Numpad)([A-Z0-9])$/;

export const singleKeys = body.singleKeys !== "off";
export const answerKeys = body.answerKeys ?? "digits";

/** Whether `element` takes typed text. */
export const isTextField = (element) =>
  element instanceof HTMLElement &&
  (element.isContentEditable ||
    element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])"));

const withCommand = (event) => event.ctrlKey || event.metaKey || event.getModifierState?.("AltGraph");
const codeOf = (event) => event.code?.match(NAME)?.[1].toLowerCase() ?? "";
const isDigit = (name) => /^[0-9]$/.test(name);

const single = (event) => {
  const { key, shiftKey } = event;
  if (isDigit(key)) return key;
  if (LATIN.test(key)) return shiftKey ? "" : key.toLowerCase();
  if (event.code?.startsWith("Digit") && !shiftKey) return codeOf(event);
  if (key === "؟") return "?";
  if (!LETTER.test(key)) return key?.length === 1 ? key : "";
  if (event.code === "Slash") return shiftKey ? "?" : "/";
  return shiftKey ? "" : codeOf(event);
};

/** The name of the shortcut that was pressed (`b`, `?`, `3`, `Alt+3`), or "" where it is none:
    with Ctrl, or where the person has switched such keys off. */
export const shortcut = (event) => {
  if (withCommand(event)) return "";
  if (event.altKey) {
    const digit = event.shiftKey ? "" : codeOf(event);
    return answerKeys === "alt" && isDigit(digit) ? `Alt+${digit}` : "";
  }
  const name = singleKeys ? single(event) : "";
  return isAnswer(name) && answerKeys !== "digits" ? "" : name;
};
const isAnswer = (name) => /^[1-9]$/.test(name);

/** The number of the answer that was pressed, from 1; 0 for none. */
export const answerNumber = (event) => Number(shortcut(event).match(/^(?:Alt\+)?([1-9])$/)?.[1] ?? 0);

/* What elements say of their keys is what these do. */
const say = (root) => {
  for (const element of root.querySelectorAll("[aria-keyshortcuts]")) {
    const name = element.getAttribute("aria-keyshortcuts");
    if (name.length > 1) continue;
    if (isAnswer(name) && answerKeys === "alt") element.setAttribute("aria-keyshortcuts", `Alt+${name}`);
    else if (!singleKeys || (isAnswer(name) && answerKeys === "off")) element.removeAttribute("aria-keyshortcuts");
  }
};
if (!singleKeys || answerKeys !== "digits") {
  say(document);
  document.addEventListener("htmx:load", (event) => say(event.detail.elt.parentElement ?? document));
}
