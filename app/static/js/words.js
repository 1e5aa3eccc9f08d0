// Translated words that scripts need; the page carries them in data attributes.

export function word(name, values = {}) {
  const text = document.querySelector("[data-words]")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export const language = document.documentElement.lang || "en";

export function copyOf(name) {
  return document.querySelector(`[data-template="${name}"]`).content.cloneNode(true).firstElementChild;
}
