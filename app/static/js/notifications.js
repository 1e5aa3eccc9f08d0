// Desktop notifications, for those who asked for them, while the page is not looked at.
import { toast } from "./toast.js";
import { word } from "./words.js";

const CHOICE = "notify";

async function optIn() {
  const allowed = (await window.Notification?.requestPermission()) === "granted";
  localStorage.setItem(CHOICE, allowed ? "on" : "off");
  toast(word(allowed ? "notifyOn" : "notifyOff"), allowed ? "success" : "warning");
}

function notify(text) {
  const isOn = localStorage.getItem(CHOICE) === "on" && window.Notification?.permission === "granted";
  if (isOn && document.hidden) new Notification("Dialtone", { body: text, tag: "dialtone" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-notify]")) optIn();
});
// Only that something came, never what it says: others may see the screen.
document.addEventListener("live:message", ({ detail }) => {
  if (detail.author.kind === "customer") notify(word("newMessage", { name: detail.author.name }));
});
document.addEventListener("live:queue_changed", ({ detail }) => {
  if (detail.what === "TicketOpened") notify(word("newCustomer"));
});
document.addEventListener("live:escalated", () => {
  toast(word("escalated"), "warning");
  notify(word("escalated"));
});
document.addEventListener("live:notice", () => {
  toast(word("noticed"));
  notify(word("noticed"));
});
document.addEventListener("live:news", () => {
  window.htmx.trigger(document.body, "news-changed");
  toast(word("followed"));
});
document.addEventListener("live:offered", () => notify(word("offered")));
