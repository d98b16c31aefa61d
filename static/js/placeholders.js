/* A variable without a value stands in a command by its label, [data-variable="name"]. Such a command
   isn't copied: the field that asks for the value gets the focus, and says so. */

/* Where the value is typed: at the step, else in the panel beside it. */
const fieldOf = (name) => document.getElementById(`ask-${name}`) ?? document.getElementById(`variable-${name}`);

/** Lead to the value that `placeholder` stands for; returns what is said, "" where none is missing. */
export const askForMissing = (placeholder) => {
  if (!placeholder) return "";
  const text = `${placeholder.textContent} has no value yet. Fill it in, then copy.`;
  const field = fieldOf(placeholder.dataset.variable);
  if (!field) return text;
  const drawer = field.closest("[popover]");
  if (drawer && !field.checkVisibility()) drawer.showPopover();
  const error = document.getElementById(`${field.id}-error`);
  if (error) error.textContent = text;
  field.focus();
  field.scrollIntoView({ block: "nearest" });
  return text;
};

/* What is selected by hand is copied as it is, unless a value is missing in it. */
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const commands = (around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement)?.closest(".command__code");
  const placeholder = [...(commands?.querySelectorAll("[data-variable]") ?? [])].find((one) =>
    range.intersectsNode(one),
  );
  if (!placeholder) return;
  event.preventDefault();
  askForMissing(placeholder);
});
