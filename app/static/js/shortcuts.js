// Keyboard shortcuts; never while somebody types or a dialog is open.
import { ACTIONS } from "./actions.js";
import { actionOf } from "./keys.js";

const FIELDS = "input, textarea, select, [contenteditable=true]";

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.(FIELDS) || document.querySelector("dialog[open]") !== null;
  const action = actionOf(event, isTyping);
  if (!action) return;
  event.preventDefault();
  ACTIONS[action]();
});

if (/mac|iphone|ipad/i.test(navigator.platform)) {
  for (const sign of document.querySelectorAll("[data-command-key]")) sign.textContent = `⌘${sign.dataset.commandKey}`;
}
