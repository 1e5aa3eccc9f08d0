// What every page does: theme and language switches, refusals as toasts, what scrolls is reachable and
// where one is, in sight.
import "./background.js";
import "./narrow.js";
import { toast } from "./toast.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.bsTheme);
    document.dispatchEvent(new CustomEvent("theme-changed"));
  }
  const language = event.target.closest("[data-language]");
  if (language) {
    event.preventDefault();
    document.cookie = `language=${language.dataset.language}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  toast(answer.body.textContent.trim() || event.detail.xhr.statusText, "danger");
  mark(event.detail.elt.closest("form"), event.detail.xhr.getResponseHeader("X-Field"));
});

// The field that was refused, where the form has one of that name.
function mark(form, name) {
  const field = name && form?.elements.namedItem(name);
  if (!(field instanceof HTMLElement)) return;
  field.classList.add("is-invalid");
  field.setAttribute("aria-invalid", "true");
  field.focus();
  field.addEventListener("input", () => {
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
  }, { once: true });
}

// What scrolls is scrolled by keys too: it can be come to when nothing in it can.
function reachable() {
  for (const box of document.querySelectorAll(".table-responsive:not([tabindex])")) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
  }
}

// Where a row of pages is longer than the screen, the page one is on is in sight.
for (const here of document.querySelectorAll("nav > [aria-current]")) {
  const [row, place] = [here.parentElement, here.getBoundingClientRect()];
  row.scrollLeft += place.left - row.getBoundingClientRect().left - (row.clientWidth - place.width) / 2;
}

addEventListener("resize", reachable);
document.addEventListener("htmx:afterSettle", reachable);
reachable();

document.addEventListener("htmx:sendError", () => {
  toast(document.body.dataset.offlineText || "Offline", "warning");
});
