// Selecting tickets: by click, with Shift up to another one, by the key x, all that are shown.
// What is selected stays so when its list is fetched anew.
import { between } from "./choosing.js";
import { word } from "./words.js";

const selected = new Set();
let anchor = null;

const boxes = () => [...document.querySelectorAll("[data-select]")];
const bar = () => document.querySelector("[data-bulk]");

function put(box, on) {
  box.checked = on;
  if (on) selected.add(box.value);
  else selected.delete(box.value);
}

function show() {
  const form = bar();
  if (!form) return;
  const all = boxes();
  form.hidden = !selected.size;
  form.querySelector("[data-bulk-count]").textContent = word("selected", { count: selected.size });
  const isWhole = all.length > 0 && all.every((box) => box.checked);
  for (const head of document.querySelectorAll("[data-select-page]")) head.checked = isWhole;
  const more = form.querySelector("[data-bulk-all]");
  if (!more) return;
  more.hidden = !isWhole;
  if (!isWhole) more.querySelector("input").checked = false;
}

function none() {
  selected.clear();
  anchor = null;
  for (const box of boxes()) box.checked = false;
  show();
}

// The row in which the focus is, else the one that is open, else the first.
export function toggleCurrent() {
  const row =
    document.activeElement?.closest("[data-selectable]") ??
    document.querySelector("[data-selectable]:has([aria-current=true])") ??
    document.querySelector("[data-selectable]");
  const box = row?.querySelector("[data-select]");
  if (!box) return;
  put(box, !box.checked);
  anchor = box.value;
  row.querySelector("a")?.focus();
  show();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-select]");
  if (box) {
    const all = boxes();
    const from = event.shiftKey && all.find((each) => each.value === anchor);
    for (const each of from ? between(all, from, box) : [box]) put(each, box.checked);
    anchor = box.value;
    show();
  }
  const head = event.target.closest("[data-select-page]");
  if (head) {
    for (const each of boxes()) put(each, head.checked);
    show();
  }
  if (event.target.closest("[data-select-none]")) none();
});

// What has gone from the page is selected no longer: nothing is done to what one does not see.
document.addEventListener("htmx:afterSettle", () => {
  const shown = new Map(boxes().map((box) => [box.value, box]));
  for (const id of selected) {
    if (shown.has(id)) shown.get(id).checked = true;
    else selected.delete(id);
  }
  show();
});
document.body?.addEventListener("tickets-changed", none);
