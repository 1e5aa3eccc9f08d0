// Waiting times that tick, and moments told as "5 minutes ago".
import { clockText, relative, urgency } from "./durations.js";
import { language } from "./words.js";

const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });

function tick() {
  const now = Date.now();
  for (const item of document.querySelectorAll("[data-waiting-since]")) {
    const since = Date.parse(item.dataset.waitingSince);
    item.textContent = clockText((now - since) / 1000);
    const deadline = Date.parse(item.dataset.respondBy);
    if (deadline) item.dataset.urgency = urgency(now, since, deadline);
  }
  for (const item of document.querySelectorAll("[data-ago]")) {
    item.textContent = words.format(...relative((now - Date.parse(item.dataset.ago)) / 1000));
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
