/* Measures the preview's text against the box of the ticket system that is chosen, and offers to cut
   where it is too long. */

import { copy } from "../copy.js";
import { choices } from "../storage.js";

const SYSTEM = "rf:ticket-system";
const TITLE_IN = 5000; // characters
const number = new Intl.NumberFormat("en");

const titleOf = (text, isPage) => {
  if (isPage) return copy.parsed(/<title>[^<]{0,5000}/i.exec(text)?.[0] ?? "").title;
  const first =
    text
      .slice(0, TITLE_IN)
      .split("\n")
      .find((line) => line.trim()) ?? "";
  return first.replace(/^#+ /, "").trim();
};

/* `parts`: root, listen(target, name, act), text() in the editor, result() the swapped element,
   changed(select) when a text that was cut is to be cut for another system. */
export const bindLengthMeter = ({ root, listen, text, result, changed }) => {
  const find = (selector) => root.querySelector(selector);
  const system = find("#pv-system");
  const cut = find("[data-cut]");
  const most = () => {
    const { note, title } = system.selectedOptions[0].dataset;
    return { note: Number(note), title: Number(title) };
  };

  const draw = (length, note) => {
    const line = find("[data-meter-line]");
    line.hidden = !note;
    line.max = note || 1;
    line.value = Math.min(length, note);
    const made = result().dataset.madeCut;
    cut.hidden = !note || length <= note || made === "notes";
    cut.value = made === "output" ? "notes" : "output";
    cut.textContent = made === "output" ? "Cut notes as well" : "Cut command output to fit";
  };
  const measure = () => {
    const { length: whole, page, isStart } = result().dataset;
    const length = isStart === undefined ? text().length : Number(whole);
    const { note, title } = most();
    const titleLength = titleOf(text(), page !== undefined).length;
    const over = note ? length - note : 0;
    const said = [`${number.format(length)}${note ? ` of ${number.format(note)}` : ""} characters`];
    if (title && titleLength > title) said.push(`title ${titleLength} of ${title}`);
    if (over > 0) said.push(`${number.format(over)} too many`);
    const shown = find("[data-meter-text]");
    if (shown.textContent !== said.join(" · ")) shown.textContent = said.join(" · ");
    find("[data-meter]").classList.toggle("is-over", said.length > 1);
    draw(length, note);
  };

  if (system.value === "") system.value = choices.recall(SYSTEM);
  if (system.selectedIndex < 0) system.value = "";
  listen(system, "change", (event) => {
    event.stopPropagation();
    choices.remember(SYSTEM, system.value);
    measure();
    if (result().dataset.madeCut) changed(system);
  });
  return { measure, limit: () => most().note };
};
