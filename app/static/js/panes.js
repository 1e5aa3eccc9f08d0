// On a small screen the three columns are one, chosen below; and the rail opens from the menu.

function show(name) {
  const desk = document.querySelector(".desk");
  if (!desk) return;
  desk.dataset.shows = name;
  for (const button of document.querySelectorAll("[data-shows-pane]")) {
    button.setAttribute("aria-pressed", String(button.dataset.showsPane === name));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows-pane]");
  if (button) show(button.dataset.showsPane);
  const menu = event.target.closest("[data-toggle-rail]");
  const isOpen = Boolean(menu) && !document.body.classList.contains("rail-open");
  document.body.classList.toggle("rail-open", isOpen);
  document.querySelector("[data-toggle-rail]")?.setAttribute("aria-expanded", String(isOpen));
});
document.addEventListener("conversation:opened", (event) => event.detail && show("chat"));
if (document.querySelector("[data-conversation]")) show("chat");
