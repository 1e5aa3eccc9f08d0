// What every page does: theme and language switches, refusals as toasts, times that stay true.
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
});

document.addEventListener("htmx:sendError", () => {
  toast(document.body.dataset.offlineText || "Offline", "warning");
});
