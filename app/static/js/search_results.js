// Arrow keys lead from the field through the results and back.
const field = document.querySelector("[data-search-field]");
const results = document.querySelector("[data-search-results]");

function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [field, ...results.querySelectorAll("[data-result]")];
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(at + step, stops.length - 1))].focus();
}

if (field && results) document.addEventListener("keydown", move);
