// The command palette: places and actions at once, customers, tickets and articles as you type.
import { ACTIONS } from "./actions.js";
import { fold } from "./fold.js";
import * as server from "./server.js";
import { word } from "./words.js";

const REST_MILLISECONDS = 180;
const dialog = document.querySelector("[data-palette]");
const input = dialog?.querySelector("[data-palette-input]");
const list = dialog?.querySelector("[data-palette-list]");
const fixed = list ? [...list.children] : [];
let marked = 0;
let timer = null;
let asked = "";

const shown = () => [...list.children].filter((item) => !item.hidden);

function mark(index) {
  const items = shown();
  marked = items.length ? (index + items.length) % items.length : 0;
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === marked)));
  items[marked]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", items[marked]?.id ?? "");
  dialog.querySelector("[data-palette-empty]").hidden = items.length > 0;
}

function typed() {
  const text = input.value.trim();
  for (const item of fixed) item.hidden = !fold(item.dataset.words).includes(fold(text));
  mark(0);
  clearTimeout(timer);
  asked = text;
  if (text.length < 2) return found([]);
  timer = setTimeout(() => search(text), REST_MILLISECONDS);
  return undefined;
}

async function search(text) {
  const answer = await server.get(`${dialog.dataset.searchUrl}?q=${encodeURIComponent(text)}`).catch(() => ({ results: [] }));
  if (text === asked) found(answer.results);
}

function found(results) {
  list.replaceChildren(...results.map(row), ...fixed);
  mark(0);
}

function row(result, index) {
  const item = dialog.querySelector("[data-palette-row]").content.cloneNode(true).firstElementChild;
  item.id = `found-${index}`;
  item.dataset.href = result.url;
  item.querySelector("use").setAttribute("href", `${word("icons") || dialog.dataset.icons}#${result.icon}`);
  item.querySelector(".palette-title").replaceChildren(...result.title.map(piece));
  item.querySelector(".palette-detail").replaceChildren(...result.detail.map(piece));
  item.querySelector(".palette-kind").textContent = result.kind;
  return item;
}

function piece({ text, is_match: isMatch }) {
  if (!isMatch) return text;
  const marked = document.createElement("mark");
  marked.textContent = text;
  return marked;
}

function choose(item) {
  if (!item) return;
  dialog.close();
  if (item.dataset.href) location.assign(item.dataset.href);
  else ACTIONS[item.dataset.action]?.();
}

if (dialog) {
  input.addEventListener("input", typed);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(marked + step);
    else if (event.key === "Enter") choose(shown()[marked]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  dialog.addEventListener("close", () => {
    input.value = "";
    typed();
  });
  mark(0);
}
