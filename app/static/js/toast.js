// A short message at the edge of the screen that goes by itself.
const SECONDS = 6;

// Above a dialog that was opened since: the last to be shown lies on top.
function lift(stack) {
  if (stack.matches(":popover-open")) stack.hidePopover();
  stack.showPopover();
}

export function toast(text, kind = "info") {
  const stack = document.querySelector("[data-toasts]");
  const item = document.createElement("div");
  item.className = `alert alert-${kind} toast-item`;
  item.setAttribute("role", kind === "danger" ? "alert" : "status");
  item.textContent = text;
  stack.append(item);
  lift(stack);
  setTimeout(() => item.remove(), SECONDS * 1000);
}
