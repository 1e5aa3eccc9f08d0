// A short message at the edge of the screen that goes by itself.
const SECONDS = 6;

export function toast(text, kind = "info") {
  const stack = document.querySelector("[data-toasts]");
  const item = document.createElement("div");
  item.className = `alert alert-${kind} toast-item`;
  item.setAttribute("role", kind === "danger" ? "alert" : "status");
  item.textContent = text;
  stack.append(item);
  setTimeout(() => item.remove(), SECONDS * 1000);
}
