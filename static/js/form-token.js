/* A form that makes something has a token, and is taken once with it. A page that the browser's Back
   loads anew has new tokens: a form that is sent again from there, with the same contents, gets the
   token back that it was sent with. With other contents it is another one. */

const NAME = "submission_token";
const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const sent = (isBack && history.state?.sentForms) || {};

/* A digest of what the form holds: what was typed does not go into the browser's history. */
const digest = (form, submitter) => {
  let found = 5381;
  for (const [name, value] of new FormData(form, submitter)) {
    if (name === NAME || name === "csrfmiddlewaretoken") continue;
    const text = value instanceof File ? `${value.name} ${value.size}` : value;
    for (const character of `${name}=${text}&`) found = ((found * 33) ^ character.codePointAt(0)) >>> 0;
  }
  return found;
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  const field = form.querySelector(`input[name=${NAME}]`);
  if (!field) return;
  const address = form.getAttribute("action") ?? "";
  const contents = digest(form, event.submitter);
  const before = sent[address];
  if (before?.contents === contents) field.value = before.token;
  sent[address] = { contents, token: field.value };
  history.replaceState({ ...history.state, sentForms: sent }, "");
});
