import * as server from "./server.js";

// A suggestion in a form: a click puts its values into the fields of the form it stands in.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-takes]");
  const form = button?.closest("form");
  if (!form) return;
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.takes))) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  button.disabled = true;
});

// What a click does is one thing, that it was suggested another: remembered, and never in its way.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-taken-url]");
  if (button) server.form(button.dataset.takenUrl, { answer: "yes" }, { background: true }).catch(() => undefined);
});
