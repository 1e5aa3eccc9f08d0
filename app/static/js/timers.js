// Waiting times that tick, and moments told as "5 minutes ago".
import { clockState, clockText, relative } from "./durations.js";
import { language } from "./words.js";

const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });

function tick() {
  const now = Date.now();
  for (const item of document.querySelectorAll("[data-waiting-since]")) {
    item.textContent = clockText((now - Date.parse(item.dataset.waitingSince)) / 1000);
  }
  for (const item of document.querySelectorAll("[data-clock][data-due-at]")) {
    const due = Date.parse(item.dataset.dueAt);
    const state = clockState(now, Date.parse(item.dataset.warnAt), due, item.dataset.clock);
    item.dataset.clock = state;
    item.querySelector(".clock-word").textContent =
      item.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`];
    item.querySelector(".clock-time").textContent = clockText(Math.abs(due - now) / 1000);
  }
  for (const item of document.querySelectorAll("[data-counts-down-to]")) {
    item.textContent = clockText(Math.max(0, (Date.parse(item.dataset.countsDownTo) - now) / 1000));
  }
  for (const item of document.querySelectorAll("[data-ago]")) {
    item.textContent = words.format(...relative((now - Date.parse(item.dataset.ago)) / 1000));
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
