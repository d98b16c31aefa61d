/* Has the server redact a text, and writes the footer that counts what is masked in it. */

import { post } from "../signed-in.js";

const MAX_SCANNED = 5_000_000;
const TOO_LONG = "The text is too long to look through: choose less detail, or cut it.";
/* The table of kinds is the server's: {name: {placeholder, singular, plural}}, in its order. */
let table;
export const kinds = () => {
  table ??= JSON.parse(document.querySelector("[data-kinds]").dataset.kinds);
  return table;
};
export const placeholder = (kind) => kinds()[kind].placeholder;

/* The server refuses what no database holds; a stand-in of the same length keeps the places. */
const sendable = (text) =>
  text.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");

/* The server counts code points, a text box UTF-16 units: characters beyond U+FFFF are two. */
const toUnits = (text, findings) => {
  if (!/[\ud800-\udbff]/.test(text)) return findings;
  let points = 0;
  let units = 0;
  const reach = (target) => {
    while (points < target && units < text.length) {
      units += text.codePointAt(units) > 0xffff ? 2 : 1;
      points += 1;
    }
    return units;
  };
  return findings.map((one) => {
    const start = reach(one.start);
    return { ...one, start, end: reach(one.end) };
  });
};

/* Have the server redact a text: {text, findings (places in UTF-16 units), summary}. */
export const redact = async (url, { text, choices, session, signal }) => {
  if (text.length > MAX_SCANNED && [...text].length > MAX_SCANNED) throw new RangeError(TOO_LONG);
  const response = await post(url, {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: sendable(text), ...choices, session_id: session }),
    signal,
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const redacted = await response.json();
  return { ...redacted, findings: toUnits(text, redacted.findings) };
};

export const describeCounts = (summary) =>
  Object.entries(kinds())
    .filter(([name]) => summary[name])
    .map(([name, kind]) => `${summary[name]} ${summary[name] === 1 ? kind.singular : kind.plural}`)
    .join(", ");

/* -- the line that a masked export ends with ([R3]) --------------------------------------------- */

const placeholders = () => new RegExp(`(${Object.keys(kinds()).join("|").toUpperCase()}) REDACTED`, "g");
const LINE = "Redacted: [^\n<]*\\.";
const PLAIN_FOOTER = new RegExp(`(?:^|\n)${LINE}\\s*$`);
const PAGE_FOOTER = new RegExp(`<footer><p>${LINE}</p></footer>\n?`);
/* `text` with a footer that counts every placeholder in it, those of an earlier masking too; one
   that is there already stays unless something was masked since. */
export const withFooter = (text, { isPage, isNew }) => {
  const footer = isPage ? PAGE_FOOTER : PLAIN_FOOTER;
  if (!isNew && footer.test(text)) return text;
  const counts = {};
  const body = isPage ? text.slice(Math.max(text.indexOf("<body"), 0)) : text;
  for (const [, kind] of body.matchAll(placeholders()))
    counts[kind.toLowerCase()] = (counts[kind.toLowerCase()] ?? 0) + 1;
  const line = `Redacted: ${describeCounts(counts) || "nothing was found to mask"}.`;
  const bare = text.replace(footer, "");
  if (!isPage) return `${bare.trimEnd()}\n\n${line}\n`;
  const end = ["</main>", "</body>"].map((tag) => bare.lastIndexOf(tag)).find((at) => at >= 0) ?? bare.length;
  return `${bare.slice(0, end)}<footer><p>${line}</p></footer>\n${bare.slice(end)}`;
};
export const hasPlaceholder = (text) => text.search(placeholders()) >= 0;
