// The Markdown editor: formatting by button or key, files at the caret, an address from the title.
import { fold } from "./fold.js";

const FORMS = {
  bold: (text) => around(text, "**"),
  italic: (text) => around(text, "*"),
  heading: (text) => lines(text, () => "## "),
  bullets: (text) => lines(text, () => "- "),
  numbers: (text) => lines(text, (at) => `${at + 1}. `),
  quote: (text) => lines(text, () => "> "),
  link: (text) => `[${text || "…"}](https://)`,
  table: () => "| | |\n|---|---|\n| | |\n",
};
const KEYS = { b: "bold", i: "italic", k: "link" };

export function around(text, mark) {
  return text.startsWith(mark) && text.endsWith(mark) && text.length > 2 * mark.length
    ? text.slice(mark.length, -mark.length)
    : `${mark}${text}${mark}`;
}

export function lines(text, begin) {
  return text.split("\n").map((line, at) => `${begin(at)}${line}`).join("\n");
}

export function slugOf(title) {
  return fold(title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80).replace(/-+$/, "");
}

function insert(field, text) {
  const { selectionStart: start, selectionEnd: end } = field;
  field.focus();
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function format(field, name) {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  insert(field, FORMS[name](chosen));
}

function moveInToolbar(event, toolbar) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const buttons = [...toolbar.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  const next = buttons[(at + step + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

function listen(source) {
  const toolbar = document.querySelector("[data-markdown-toolbar]");
  toolbar.addEventListener("keydown", (event) => moveInToolbar(event, toolbar));
  source.addEventListener("keydown", (event) => {
    const name = (event.ctrlKey || event.metaKey) && !event.altKey && KEYS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    event.stopPropagation();
    format(source, name);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-markdown]");
    if (button) format(source, button.dataset.markdown);
    const file = event.target.closest("[data-markdown-insert]");
    if (file) insert(source, file.dataset.markdownInsert);
  });
}

function followTitle(slug) {
  const title = document.getElementById(slug.dataset.slugOf);
  let isOwn = Boolean(slug.value);
  const follow = () => isOwn || (slug.value = slugOf(title.value));
  slug.addEventListener("input", () => (isOwn = Boolean(slug.value)));
  title.addEventListener("input", follow);
  follow();
}

if (typeof document !== "undefined") {
  const source = document.querySelector("[data-markdown-source]");
  const slug = document.querySelector("[data-slug-of]");
  if (source) listen(source);
  if (slug) followTitle(slug);
}
