// What the composer tells of the channel: how long the text is, and when nothing may be sent.
import { segments } from "./segments.js";

const bar = () => document.querySelector("[data-channel-bar]");

export function isWindowOpen() {
  return bar()?.dataset.window !== "closed";
}

// A customer who writes opens the window again: the bar is fetched anew.
export function customerWrote() {
  if (!isWindowOpen()) window.htmx.trigger(document.body, "conversation-changed");
}

export function showLength(text) {
  const line = bar()?.querySelector("[data-length]");
  if (!line) return;
  const { longest, segments: counted } = bar().dataset;
  const { alphabet, count } = segments(text);
  const values = { count: [...text].length, longest, segments: count, alphabet };
  const words = counted ? line.dataset.segmentWords : line.dataset.lengthWords;
  line.textContent = text ? words.replace(/\{(\w+)\}/g, (_, name) => values[name]) : "";
}
