/* Reads the preview's options from the form that they stand in, and puts them back. */

export const REDACTION_CHOICES = ["redact_hostnames", "redact_phone_numbers"];
const NO_OPTION = ["csrfmiddlewaretoken", "ticket_system"];

export const optionsOf = (form) => {
  const madeOf = (name) => form.elements[`made_${name}`];
  const isOption = ([name, value]) =>
    !NO_OPTION.includes(name) && !name.startsWith("made_") && value !== madeOf(name)?.value;
  const box = (name) => form.querySelector(`input[type=checkbox][name=${name}]`);
  const cut = form.querySelector("input[type=hidden][name=cut]");
  const rows = form.querySelector("[data-summary-fields]");

  const showSummaryFields = () => {
    const shown = box("include_summary").checked || form.elements.detail_level.value === "summary";
    rows.hidden = !shown || form.elements.audience.value === "resolution";
  };
  return {
    /* All of them as one text, to compare, and to read as [name, value] again. */
    asText: () => JSON.stringify([...new FormData(form)].filter(isOption)),
    redactionChoices: () => Object.fromEntries(REDACTION_CHOICES.map((name) => [name, box(name).checked])),
    setCut: (value) => {
      cut.value = value;
    },
    showSummaryFields,
    typedRows: () => [...rows.querySelectorAll("textarea")].map(({ name, value }) => [name, value]).filter(isOption),
    /* The texts that the server makes now stand where nothing was typed over those before. */
    takeMade(made) {
      for (const [name, text] of Object.entries(made)) {
        const field = form.elements[name];
        if (field.value === madeOf(name).value) field.value = text;
        madeOf(name).value = text;
      }
    },
    /* Choices go back to `entries`, [name, value]; typed summary rows stay as they are. */
    putBack(entries) {
      const values = new Map(entries);
      for (const field of form.elements) {
        if (field.matches("select") && values.has(field.name)) field.value = values.get(field.name);
        if (field.type === "checkbox") field.checked = values.get(field.name) === field.value;
      }
      cut.value = values.get("cut") ?? "";
      showSummaryFields();
    },
  };
};
