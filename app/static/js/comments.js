// A comment on a ticket: colleagues are mentioned in it as in a note, while it stays among us.
import { Mentioning } from "./mentioning.js";

function begin(form) {
  const field = form.elements.body;
  const mentioning = new Mentioning(form, field, {
    isOn: () => !form.elements.public?.checked,
    put: ({ text, caret }) => {
      field.value = text;
      field.focus();
      field.setSelectionRange(caret, caret);
    },
  });
  field.addEventListener("input", () => mentioning.typed());
  field.addEventListener("keydown", (event) => mentioning.pressed(event));
  form.elements.public?.addEventListener("change", () => mentioning.look());
  form.addEventListener("htmx:confirm", async (event) => {
    if (event.target !== form) return;
    name(form, []);
    if (!field.value.includes("@")) return;
    event.preventDefault();
    if (await mentioning.holds(field.value)) return;
    name(form, mentioning.ids(field.value));
    event.detail.issueRequest(true);
  });
}

function name(form, ids) {
  for (const each of form.querySelectorAll("[name=mentions]")) each.remove();
  for (const id of ids) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "mentions", value: id });
    form.append(field);
  }
}

function find() {
  for (const form of document.querySelectorAll("[data-comment]:not([data-begun])")) {
    form.dataset.begun = "";
    begin(form);
  }
}

document.addEventListener("htmx:afterSettle", find);
find();
