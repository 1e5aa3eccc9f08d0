// Things the agent can do from anywhere: by a button, a key or the palette.
import { currentComposer } from "./composer.js";
import { openDialog } from "./dialogs.js";
import { toggleCurrent } from "./selection.js";
import { toast } from "./toast.js";

const click = (selector) => document.querySelector(selector)?.click();

function move(step) {
  const rows = [...document.querySelectorAll("[data-opens-conversation]")];
  if (!rows.length) return moveTo(step);
  const at = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = rows[at === -1 ? 0 : at + step];
  next?.click();
  next?.scrollIntoView({ block: "nearest" });
}

// A list of links, as that of tickets: the next one gets the focus.
function moveTo(step) {
  const links = [...document.querySelectorAll("[data-row-link]")];
  const at = links.findIndex((link) => link.closest("[data-selectable]").contains(document.activeElement));
  links[at === -1 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
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
  select: toggleCurrent,
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
