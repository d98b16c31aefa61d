/* Shows HTML as it will look: switches the preview between the text and the page that it makes, which
   the server shows in a frame that runs nothing. The choice stays while options change the text. */

/* `parts`: root, listen(target, name, act), sent() as [name, value] of what is to be shown. */
export const bindPageView = ({ root, listen, sent }) => {
  const form = root.querySelector("[data-rendered-form]");
  const token = form.elements.csrfmiddlewaretoken;
  let chosen = false;

  const field = ([name, value]) => {
    const made = document.createElement("input");
    made.type = "hidden";
    made.name = name;
    made.value = value;
    return made;
  };
  const show = () => {
    if (!chosen || !root.querySelector("iframe")) return;
    form.replaceChildren(token, ...sent().map(field));
    form.submit();
  };
  const choose = (wanted) => {
    chosen = wanted;
    for (const one of root.querySelectorAll("[data-view]")) {
      one.setAttribute("aria-pressed", String((one.dataset.view === "rendered") === chosen));
    }
    root.querySelector("[data-editor]").hidden = chosen;
    root.querySelector("iframe").hidden = !chosen;
    show();
  };
  listen(root, "click", (event) => {
    const button = event.target.closest("[data-view]");
    if (button) choose(button.dataset.view === "rendered");
  });
  return {
    show,
    /* The text was swapped: show it as it was shown before. */
    again() {
      if (chosen && root.querySelector("iframe")) choose(true);
    },
  };
};
