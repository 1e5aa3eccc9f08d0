// Views: which one is shown, and their order, by drag or by Shift and an arrow.
import { asks } from "./choosing.js";
import * as server from "./server.js";
import { toast } from "./toast.js";

let dragged = null;

function mark() {
  const now = asks(location.search || "?status=any_open");
  for (const link of document.querySelectorAll("[data-view] > a")) {
    if (asks(new URL(link.href).search) === now) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function keep(list) {
  const order = new URLSearchParams([...list.querySelectorAll("[data-view]")].map((item) => ["view", item.dataset.view]));
  server.form(list.dataset.orderUrl, order).catch((error) => toast(error.message, "danger"));
}

document.addEventListener("dragstart", (event) => (dragged = event.target.closest?.("[data-view]") ?? null));
document.addEventListener("dragend", () => (dragged = null));
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-view]");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over[event.clientX < box.left + box.width / 2 ? "before" : "after"](dragged);
});
document.addEventListener("drop", (event) => {
  const list = dragged?.closest("[data-views]");
  if (!list) return;
  event.preventDefault();
  keep(list);
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
  if (!event.shiftKey || !step) return;
  const item = event.target.closest?.("[data-view]");
  const other = item?.[step];
  if (!other?.matches("[data-view]")) return;
  event.preventDefault();
  other[event.key === "ArrowLeft" ? "before" : "after"](item);
  item.querySelector("a").focus();
  keep(item.closest("[data-views]"));
});
document.addEventListener("htmx:afterSettle", mark);
mark();
