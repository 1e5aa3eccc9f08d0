// Things the agent can do from anywhere: by a button, a key or the palette.
import { currentComposer } from "./composer.js";
import { openDialog } from "./dialogs.js";
import { toast } from "./toast.js";

const click = (selector) => document.querySelector(selector)?.click();

function move(step) {
  const rows = [...document.querySelectorAll("[data-opens-conversation]")];
  const at = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = rows[at === -1 ? 0 : at + step];
  next?.click();
  next?.scrollIntoView({ block: "nearest" });
}

export const ACTIONS = {
  "accept-next": () => click("[data-queue] [data-accept]"),
  next: () => move(1),
  previous: () => move(-1),
  reply: () => currentComposer()?.choose("reply", true),
  note: () => currentComposer()?.choose("note", true),
  resolve: () => click("[data-do-target=resolve]"),
  // For the customer on the screen, else for one that is looked up.
  "new-ticket": () => (document.querySelector("#customer-panel [data-new-ticket]") ?? document.querySelector("[data-new-ticket]"))?.click(),
  theme: () => click("[data-theme-toggle]"),
  keys: () => openDialog("keys"),
  palette: () => openDialog("palette"),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) ACTIONS[button.dataset.do]?.();
});

// What a command has to say for itself comes in a header of its answer.
document.addEventListener("told", (event) => toast(event.detail.text, "success"));
document.addEventListener("refused", (event) => toast(event.detail.text, "danger"));
document.addEventListener("focusin", (event) => event.target.matches("[data-select-all]") && event.target.select());
