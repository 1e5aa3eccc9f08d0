// Dialogs and sheets: opened by a button or by what is fetched into them, closed when done.

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return dialog;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) openDialog(opener.dataset.opens);
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-closes]"))) dialog.close();
});

// Once what is in it is wired: whoever types quickly would send a bare form.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.matches("dialog[data-dialog]")) openDialog(event.detail.target.id);
});

document.addEventListener("htmx:afterRequest", (event) => {
  // The form that asked; what it was swapped for may stand in its place by now.
  const form = event.detail.requestConfig.elt;
  const isDone = event.detail.successful && event.detail.requestConfig.verb === "post";
  if (isDone && !form.closest("[data-stays-open]")) form.closest("dialog")?.close();
});
