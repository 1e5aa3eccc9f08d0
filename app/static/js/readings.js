// The keyboard in lists of what the bot understood: each key is written on the button it presses.
const FIELDS = "input, textarea, select, [contenteditable=true]";
let onwards = false;

const rows = () => [...document.querySelectorAll("[data-reading]")];
const current = () => document.activeElement?.closest("[data-reading]") ?? rows()[0];

function go(row) {
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest("[data-reading]"));
  go(all[at === -1 ? 0 : at + by]);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches?.(FIELDS) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
    return;
  }
  const control = current()?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return;
  event.preventDefault();
  if (control.matches("select")) {
    control.focus();
    return;
  }
  onwards = /[0-9]/.test(key);
  control.click();
});

// The row stands anew in its place: stay on it, or go on after its meaning was said by a key.
document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail.target.id;
  if (!id?.startsWith("reading-")) return;
  const row = document.getElementById(id);
  go((onwards && row?.parentElement?.querySelectorAll("[data-reading]")[rows().indexOf(row) + 1]) || row);
  onwards = false;
});
