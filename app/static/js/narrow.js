// A search field narrows the rows of the long table it names to those that say what is typed.
import { fold } from "./fold.js";

export function says(text, asked) {
  const told = fold(text);
  const digits = told.replace(/[\s-]/g, "");
  return fold(asked).split(/\s+/).every((word) => told.includes(word) || digits.includes(word));
}

function narrow(field) {
  const rows = [...document.querySelectorAll(`${field.dataset.narrows} > tr:not([data-none])`)];
  for (const row of rows) row.hidden = !says(row.textContent, field.value);
  const none = document.querySelector(`${field.dataset.narrows} > [data-none]`);
  none.hidden = rows.some((row) => !row.hidden);
}

if (typeof document !== "undefined") {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-narrows]")) narrow(event.target);
  });
}
