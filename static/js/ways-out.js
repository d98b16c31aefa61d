/* The ways out of the preview: Copy, Copy redacted, Download. They take what is in the editor; the
   server gives what is not in it: all of a text too long to edit, and the pictures of a page. */
(() => {
  "use strict";
  const { copy, findings } = window.rf;
  const number = new Intl.NumberFormat("en");
  const NOT_REDACTED = "The text couldn’t be redacted, so nothing was copied.";
  const NOT_FETCHED = "The text couldn’t be fetched, so nothing was copied. Check the connection and try again.";

  /* `parts`: root, form, listen(target, name, act), token, options() as [name, value], scan(text),
     text() in the editor, isEdited(), result() the swapped element, limit() in characters or 0. */
  const bind = ({ root, form, listen, token, options, scan, text, isEdited, result, limit }) => {
    const isInEditor = (masked) => {
      const { isStart, hasPictures } = result().dataset;
      return isStart === undefined && (masked || isEdited() || hasPictures === undefined);
    };
    const headers = { "X-CSRFToken": token };

    const body = (more) => {
      const made = new URLSearchParams(options());
      for (const [name, value] of Object.entries(more)) made.set(name, value);
      return made;
    };
    /* The server marks a completed session and logs what left; it keeps nothing of the text. */
    const noteExported = (taken, masked) => {
      const sent = body({ text: taken, ...(masked && { redaction_mode: "mask" }) });
      fetch(root.dataset.exported, { method: "POST", headers, body: sent }).catch(() => {});
    };

    const editorRedacted = async (typed, isPage) => {
      const answer = await scan(typed);
      const masked = findings.withFooter(answer.text, { isPage, isNew: answer.findings.length > 0 });
      const found = findings.inWords(answer.summary);
      const before = findings.hasPlaceholder(typed) ? "everything found was masked before" : "nothing was found to mask";
      const told = found ? `Copied with ${found} masked` : `Copied; ${before}`;
      const over = limit() && !isPage ? masked.length - limit() : 0;
      return { taken: masked, told: over > 0 ? `${told}; now ${number.format(over)} characters too many` : told };
    };
    const fromServer = async (masked) => {
      const system = form.elements.ticket_system.value;
      const sent = body({ ticket_system: system, ...(masked && { redaction_mode: "mask" }) });
      const answer = await fetch(root.dataset.export, { method: "POST", headers, body: sent, redirect: "error" });
      if (!answer.ok) throw new Error(`answer ${answer.status}`);
      const counts = findings.inWords(JSON.parse(answer.headers.get("X-Redaction-Summary") ?? "{}"));
      const said = counts ? `Copied with ${counts} masked` : "Copied; nothing was found to mask";
      return { taken: await answer.text(), told: masked ? said : "Copied to the clipboard" };
    };
    const contentOf = (masked, isPage) => {
      if (!isInEditor(masked)) return fromServer(masked);
      if (masked) return editorRedacted(text(), isPage);
      return Promise.resolve({ taken: text(), told: "Copied to the clipboard" });
    };

    listen(root, "click", async (event) => {
      const button = event.target.closest("[data-preview-copy]");
      if (!button) return;
      const rich = result().dataset.format === "html";
      const masked = button.dataset.previewCopy === "redacted";
      const inEditor = isInEditor(masked);
      const content = contentOf(masked, rich);
      button.setAttribute("aria-busy", "true");
      try {
        await copy.put(content.then(({ taken }) => copy.asContent(taken, rich)), rich);
        const { taken, told } = await content;
        copy.show(button, true, told);
        if (inEditor) noteExported(taken, masked);
      } catch {
        const failed = await content.then(() => null, (error) => error);
        const why = failed instanceof RangeError ? `${failed.message} Nothing was copied.` : masked ? NOT_REDACTED : NOT_FETCHED;
        copy.show(button, false, failed ? why : undefined);
      }
      button.removeAttribute("aria-busy");
    });

    listen(root, "click", (event) => {
      if (!event.target.closest("[data-preview-download]") || !isInEditor()) return;
      event.preventDefault();
      const taken = text();
      const { mediaType, fileName, maskedName } = result().dataset;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([taken], { type: `${mediaType};charset=utf-8` }));
      /* What is masked in the text shall not stand in its name. */
      link.download = findings.hasPlaceholder(taken) ? maskedName : fileName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      copy.say(`Saved as ${link.download}`);
      noteExported(taken, false);
    });
  };

  window.rf.waysOut = { bind };
})();
