/* Copies text to the clipboard. [data-copy-target="#id"] copies that element's text; [data-copy-form] copies what
   the server returns for its form (an export, which without a script is a download). Success shows on the
   button for two seconds and is announced in #announce. HTML goes to the clipboard as rich text
   and as plain text together; the place it is pasted into takes what it can. */

import { saveTyping } from "./autosave.js";
import { askForMissing } from "./placeholders.js";
import { NotSent, post } from "./signed-in.js";

/* The text of an HTML document as it reads, one line per block, for boxes that take no HTML. */
const BLOCKS =
  "address, article, aside, blockquote, dd, div, dl, dt, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, table, tr, ul";
const addText = (lines, data, kept) => {
  const [first, ...rest] = kept ? data.split("\n") : [data.replace(/[ \t\n\r\f]+/g, " ")];
  const glued = !kept && /^$| $/.test(lines.at(-1));
  lines[lines.length - 1] += glued ? first.trimStart() : first;
  lines.push(...rest);
};
const addCell = (lines, node) => {
  const cell = linesOf(node).filter((line, at, all) => line || at < all.length - 1);
  if (cell.length < 2) lines[lines.length - 1] += `: ${cell.join("")}`;
  else lines.push(...cell.map((line) => `  ${line}`));
};
const addElement = (lines, node, kept) => {
  const block = node.matches(BLOCKS);
  const end = () => {
    if (block && lines.at(-1) !== "") lines.push("");
  };
  end();
  if (node.matches("h1, h2, h3, footer")) lines.push("");
  if (node.matches("li")) lines[lines.length - 1] += "- ";
  linesOf(node, kept || node.matches("pre, .text div"), lines);
  end();
};
const linesOf = (parent, kept = false, lines = [""]) => {
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) addText(lines, node.data, kept);
    else if (node.nodeType === Node.ELEMENT_NODE && !node.matches("head, script, style, template")) {
      if (node.matches("br")) lines.push("");
      else if (node.matches("td") && lines.at(-1) !== "") addCell(lines, node);
      else addElement(lines, node, kept);
    }
  }
  return lines;
};
/* The page's policy holds for what is parsed here as well: styles are left out beforehand. */
const bare = (html) =>
  html
    .replace(/<style\b[\s\S]*?(?:<\/style>|$)/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(?:style|on[a-z]+)\s*=/gi, " data-left-out="));
const parsed = (html) => new DOMParser().parseFromString(bare(html), "text/html");
const plainText = (html) => {
  const { body } = parsed(html);
  const text = linesOf(body)
    .map((line) => line.trimEnd())
    .join("\n");
  return `${text.replace(/\n{3,}/g, "\n\n").trim()}\n`;
};

const fallback = ({ text, html }) => {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "visually-hidden";
  const focused = document.activeElement;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const both = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", both, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", both);
  area.remove();
  focused?.focus?.();
  if (!done) throw new Error("copy refused");
};

/* Safari keeps the click's permission only when the write starts at once, so the content may be
   a promise of {text, html?}; `rich` says beforehand whether it will have HTML. Plain http on a
   LAN has no clipboard API at all. */
const put = async (content, rich = false) => {
  const promise = Promise.resolve(content);
  if (navigator.clipboard?.write && window.ClipboardItem) {
    const item = { "text/plain": promise.then(({ text }) => new Blob([text], { type: "text/plain" })) };
    if (rich) item["text/html"] = promise.then(({ html }) => new Blob([html], { type: "text/html" }));
    /* What the clipboard doesn't wait for, once one of them has failed, is no error of its own. */
    for (const blob of Object.values(item)) blob.catch(() => {});
    await navigator.clipboard.write([new ClipboardItem(item)]);
  } else if (navigator.clipboard?.writeText && !rich) {
    await navigator.clipboard.writeText((await promise).text);
  } else {
    fallback(await promise);
  }
};

/* Browsers clean what goes to the clipboard under this page's policy, which has no inline
   styles; headings, tables and lists are what a ticket or mail keeps anyway. */
const asContent = (text, rich) => (rich ? { text: plainText(text), html: bare(text) } : { text });

/* Whether the chosen format is a page, which goes to the clipboard as rich text. */
const isPage = (form) => form.elements.format?.selectedOptions?.[0]?.dataset.page !== undefined;

/* The export is made of what the server has: with `flush` it first gets what is typed here. */
const load = async (form, rich, { address = form.action, flush = false }) => {
  if (flush && !(await saveTyping())) throw new NotSent(UNSAVED);
  const body = new URLSearchParams(new FormData(form));
  const response = await post(address, { body, redirect: "error" });
  if (!response.ok) {
    /* A reason to read comes as plain text; anything else is a page of errors. */
    const isReason = response.headers.get("Content-Type")?.startsWith("text/plain");
    throw new NotSent(isReason ? await response.text() : UNREACHED);
  }
  return asContent(await response.text(), rich);
};

const UNSAVED = "What you typed isn’t saved yet, so the copy would lack it. Try again in a moment.";
const UNREACHED = "The export couldn’t be made. Check the connection and try again.";

const SAID_FOR = 8000;
let saidTimer;
/* A preview shows what it says for a while, above its buttons. */
const say = (text) => {
  const region = document.querySelector("dialog[open] [data-announce], .preview-page [data-announce]");
  clearTimeout(saidTimer);
  if (region) saidTimer = setTimeout(() => region.replaceChildren(), SAID_FOR);
  const place = region ?? document.getElementById("announce");
  if (place) place.textContent = text;
};

const timers = new WeakMap();
const REFUSED = "The browser didn’t let the page copy. Select the text and copy it.";
const show = (button, done, message = done ? "Copied to the clipboard" : REFUSED) => {
  const label = button.querySelector("[data-copy-label]");
  const use = button.querySelector("use");
  button.dataset.copyText ??= label?.textContent ?? "";
  button.dataset.copyIcon ??= use?.getAttribute("href").replace(/.*#/, "") ?? "";
  const icon = (name) => use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  if (label) label.textContent = done ? "Copied" : "Couldn’t copy";
  icon(done ? "check" : "triangle-alert");
  button.classList.toggle("is-done", done);
  say(message);
  clearTimeout(timers.get(button));
  timers.set(
    button,
    setTimeout(() => {
      if (label) label.textContent = button.dataset.copyText;
      icon(button.dataset.copyIcon);
      button.classList.remove("is-done");
    }, 2000),
  );
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-target], [data-copy-form]");
  if (!button) return;
  event.preventDefault();
  let content;
  let rich = false;
  if (button.dataset.copyTarget) {
    const source = document.querySelector(button.dataset.copyTarget);
    const missing = askForMissing(source?.querySelector("[data-variable]"));
    if (missing) {
      show(button, false, missing);
      return;
    }
    content = { text: source ? (source.value ?? source.textContent) : "" };
  } else {
    rich = isPage(button.form);
    /* A button beside the form may name another address: one form then serves a whole list. */
    const address = button.hasAttribute("formaction") ? button.formAction : undefined;
    content = load(button.form, rich, { address, flush: "flushTyping" in button.dataset });
  }
  try {
    await put(content, rich);
    show(button, true);
  } catch {
    const refused = await Promise.resolve(content).then(
      () => null,
      (error) => error,
    );
    show(button, false, refused instanceof NotSent ? refused.message : refused ? UNREACHED : undefined);
  }
});

/* A preview that HTMX asks for waits in the same way. */
document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.elt.matches("a[data-flush-typing]")) return;
  event.preventDefault();
  if (await saveTyping()) event.detail.issueRequest();
  else say(UNSAVED);
});

export const copy = { isPage, put, show, say, asContent, plainText, parsed };
