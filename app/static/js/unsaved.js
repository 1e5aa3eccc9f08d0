// What stands in a page's forms and was not sent, kept in this tab until somebody is back.

const PREFIX = "unsaved:";
const KEPT = "input[type=text], input[type=number], input[type=email], input[type=tel], input[type=date], input:not([type]), textarea, select";

const key = () => PREFIX + location.pathname;
const differs = (field) => (field.matches("select") ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.value !== field.defaultValue);

function fields(root) {
  return [...root.querySelectorAll("form[method=post]")].flatMap((form) =>
    [...form.querySelectorAll(KEPT)].filter((field) => field.name).map((field) => [`${new URL(form.action).pathname} ${field.name}`, field]),
  );
}

export function keepForms(root = document, store = sessionStorage) {
  const written = fields(root).filter(([, field]) => differs(field)).map(([name, field]) => [name, field.value]);
  if (written.length) store.setItem(key(), JSON.stringify(written));
}

export function restoreForms(root = document, store = sessionStorage) {
  const kept = store.getItem(key());
  if (!kept) return 0;
  store.removeItem(key());
  const written = new Map(JSON.parse(kept));
  const found = fields(root).filter(([name, field]) => written.has(name) && !differs(field));
  for (const [name, field] of found) field.value = written.get(name);
  return found.length;
}
