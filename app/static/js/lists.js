// The queue and the agent's own list refresh themselves when something in them changes.

const REST_MILLISECONDS = 800;
const timers = {};
const asked = {};

// At once, then at most once per rest; the last change is never left out.
function refresh(id, event) {
  asked[id] = true;
  if (timers[id]) return;
  run(id, event);
}

function run(id, event) {
  asked[id] = false;
  if (document.getElementById(id)) window.htmx.trigger(`#${id}`, event);
  timers[id] = setTimeout(() => {
    timers[id] = null;
    if (asked[id]) run(id, event);
  }, REST_MILLISECONDS);
}

function refreshLists() {
  refresh("queue", "queue-changed");
  refresh("mine", "mine-changed");
}

function count() {
  const waiting = Number(document.querySelector("[data-queue]")?.dataset.waiting ?? 0);
  const badge = document.querySelector("[data-waiting-count]");
  if (badge) {
    badge.hidden = !waiting;
    badge.textContent = waiting;
  }
  const unread = [...document.querySelectorAll("[data-unread]")].reduce((sum, row) => sum + Number(row.dataset.unread), 0);
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (unread) document.title = `(${unread}) ${document.title}`;
}

// The row of the open conversation stays marked when its list is fetched anew.
function mark(id) {
  for (const row of document.querySelectorAll("[data-opens-conversation]")) {
    if (row.dataset.opensConversation === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

document.addEventListener("live:queue_changed", refreshLists);
document.addEventListener("live:connected", refreshLists);
document.addEventListener("live:message", () => refresh("mine", "mine-changed"));
document.addEventListener("live:clock", () => refresh("mine", "mine-changed"));
document.addEventListener("live:conversation_moved", () => refresh("mine", "mine-changed"));
document.addEventListener("lists:mine-changed", () => refresh("mine", "mine-changed"));
document.addEventListener("conversation:opened", (event) => mark(event.detail));
document.addEventListener("live:customer_changed", ({ detail }) => {
  const panel = document.getElementById("customer-panel");
  if (panel?.dataset.panelOf === detail.customer_id) refresh("customer-panel", "customer-changed");
});
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.elt.closest("[data-accept]")) refreshLists();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.requestConfig.verb === "post") refreshLists();
});
document.addEventListener("htmx:afterSettle", () => {
  count();
  mark(document.querySelector("[data-conversation]")?.dataset.conversation);
});
count();
setInterval(refreshLists, 60_000);
