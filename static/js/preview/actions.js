/* Takes the text out of the preview: Copy, Copy redacted, Download. They take what is in the editor;
   the server gives what is not in it: all of a text too long to edit, and the pictures of a page. */

import { copy } from "../copy.js";
import { post } from "../signed-in.js";
import { describeCounts, hasPlaceholder, withFooter } from "./redaction.js";

const number = new Intl.NumberFormat("en");
const NOT_REDACTED = "The text couldn’t be redacted, so nothing was copied.";
const NOT_FETCHED = "The text couldn’t be fetched, so nothing was copied. Check the connection and try again.";
const NOT_SAVED = "The text couldn’t be fetched, so nothing was saved.";
const ASK_FIRST = "First replace your edits, or keep them: the options have changed since.";

/* `parts`: root, form, listen(target, name, act); ready(), a promise of why the text that
   was asked for last isn't there: "lost", "ask", or "" when it is; isPage(), whether that text is
   HTML; options(), [name, value], that the text was made with; scan(text), text() in the editor,
   isEdited(), result() the swapped element, limit() in characters or 0. */
export const bindActions = ({ root, form, listen, ready, isPage, options, scan, text, isEdited, result, limit }) => {
  const isInEditor = (masked) => {
    const { isStart, hasPictures } = result().dataset;
    return isStart === undefined && (masked || isEdited() || hasPictures === undefined);
  };
  const body = (more) => {
    const made = new URLSearchParams(options());
    for (const [name, value] of Object.entries(more)) made.set(name, value);
    return made;
  };
  /* The server marks a completed session and logs what left; it keeps nothing of the text. */
  const recordExport = (taken) => {
    const sent = new URLSearchParams({ text: taken, proof: result().dataset.proof });
    post(root.dataset.exported, { body: sent }).catch(() => {});
  };

  const editorRedacted = async (typed, rich) => {
    const redacted = await scan(typed);
    const masked = withFooter(redacted.text, { isPage: rich, isNew: redacted.findings.length > 0 });
    const found = describeCounts(redacted.summary);
    const before = hasPlaceholder(typed) ? "everything found was masked before" : "nothing was found to mask";
    const message = found ? `Copied with ${found} masked` : `Copied; ${before}`;
    const over = limit() && !rich ? masked.length - limit() : 0;
    return {
      taken: masked,
      message: over > 0 ? `${message}; now ${number.format(over)} characters too many` : message,
    };
  };
  const fromServer = async (masked) => {
    const system = form.elements.ticket_system.value;
    const sent = body({ ticket_system: system, ...(masked && { redaction_mode: "mask" }) });
    const response = await post(root.dataset.export, { body: sent, redirect: "error" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const counts = describeCounts(JSON.parse(response.headers.get("X-Redaction-Summary") ?? "{}"));
    const said = counts ? `Copied with ${counts} masked` : "Copied; nothing was found to mask";
    return { taken: await response.text(), message: masked ? said : "Copied to the clipboard" };
  };
  const contentOf = async (masked, rich, came) => {
    const cause = await came;
    if (cause) throw new Error("The text that was asked for isn’t there.", { cause });
    const inEditor = isInEditor(masked);
    if (!inEditor) return { inEditor, ...(await fromServer(masked)) };
    if (masked) return { inEditor, ...(await editorRedacted(text(), rich)) };
    return { inEditor, taken: text(), message: "Copied to the clipboard" };
  };

  const whyNot = (failed, masked) => {
    if (failed.cause === "ask") return ASK_FIRST;
    if (failed instanceof RangeError) return `${failed.message} Nothing was copied.`;
    return masked ? NOT_REDACTED : NOT_FETCHED;
  };

  listen(root, "click", async (event) => {
    const button = event.target.closest("[data-preview-copy]");
    if (!button) return;
    const masked = button.dataset.previewCopy === "redacted";
    const came = ready();
    const rich = isPage();
    const content = contentOf(masked, rich, came);
    button.setAttribute("aria-busy", "true");
    try {
      await copy.put(
        content.then(({ taken }) => copy.asContent(taken, rich)),
        rich,
      );
      const { inEditor, taken, message } = await content;
      copy.show(button, true, message);
      if (inEditor) recordExport(taken);
    } catch {
      const failed = await content.then(
        () => null,
        (error) => error,
      );
      copy.show(button, false, failed ? whyNot(failed, masked) : undefined);
    }
    button.removeAttribute("aria-busy");
  });

  listen(root, "click", async (event) => {
    const button = event.target.closest("[data-preview-download]");
    if (!button) return;
    event.preventDefault();
    const cause = await ready();
    if (cause) return copy.say(cause === "ask" ? ASK_FIRST : NOT_SAVED);
    if (!isInEditor()) return form.requestSubmit(button);
    const taken = text();
    const { mediaType, fileName, maskedName } = result().dataset;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([taken], { type: `${mediaType};charset=utf-8` }));
    /* What is masked in the text shall not stand in its name. */
    link.download = hasPlaceholder(taken) ? maskedName : fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    copy.say(`Saved as ${link.download}`);
    recordExport(taken);
  });
};
