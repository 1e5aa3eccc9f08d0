// The live board: it comes with what goes on in each of a reader's markets; then figures of one come
// by the live connection, counted once for everybody, and the screen adds them up. After a pause it
// fetches the whole board again.
import { summed } from "./board_parts.js";

const COLOURS = { available: "green", wrap_up: "azure", break: "yellow" };
const parts = new Map();

const percent = (value) => (value === null ? "—" : `${Math.round(value * 100)} %`);
const moment = (value) => (value ? new Date(value) : null);

function ago(value) {
  const at = moment(value);
  if (!at) return "—";
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const minutes = Math.round((at - Date.now()) / 60000);
  return Math.abs(minutes) < 90 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour");
}

function show(board, name, value) {
  const place = board.querySelector(`[data-figure="${name}"]`);
  if (place && place.textContent !== String(value)) place.textContent = value;
}

function rows(board, name, all, fill) {
  const body = board.querySelector(`[data-rows="${name}"]`);
  const template = board.querySelector(`template[data-row="${name}"]`);
  if (!body || !template) return;
  body.replaceChildren(...all.map((each) => {
    const row = template.content.firstElementChild.cloneNode(true);
    const field = (key, value) => (row.querySelector(`[data-field="${key}"]`).textContent = value);
    fill(each, field, row);
    return row;
  }));
  const empty = board.querySelector(`[data-empty="${name}"]`);
  if (empty) empty.hidden = all.length > 0;
}

function showLongest(board, since) {
  const place = board.querySelector('[data-since="longest"]');
  if (!place || place.dataset.shown === String(since)) return;
  place.dataset.shown = String(since);
  place.replaceChildren();
  if (!since) return void (place.textContent = "—");
  const time = document.createElement("time");
  time.dataset.waitingSince = new Date(since).toISOString();
  place.append(time);
}

function draw() {
  const board = document.getElementById("board");
  if (!board) return;
  const told = summed([...parts.values()]);
  for (const name of ["waiting", "with_agents", "with_bot", "resolved", "handed_over", "overdue", "soon", "ratings"]) show(board, name, told[name]);
  show(board, "service_level", percent(told.service_level));
  show(board, "containment", percent(told.containment));
  show(board, "rating", told.rating === null ? "—" : told.rating.toFixed(1));
  showLongest(board, told.longest_since);
  const states = JSON.parse(board.dataset.states);
  const words = { channels: JSON.parse(board.dataset.channels), markets: JSON.parse(board.dataset.markets) };
  rows(board, "agents", told.agents, (agent, field, row) => {
    row.dataset.agent = agent.id;
    row.dataset.availability = agent.availability;
    field("name", agent.name);
    field("availability", states[agent.availability] ?? agent.availability);
    row.querySelector('[data-field="availability"]').classList.add(`status-${COLOURS[agent.availability] ?? "secondary"}`);
    field("since", ago(agent.since));
    field("open", agent.open);
  });
  rows(board, "at_risk", told.at_risk, (ticket, field, row) => {
    const link = row.querySelector("[data-link]");
    link.href = link.dataset.link + ticket.id;
    field("reference", ticket.reference);
    field("subject", ticket.subject);
    field("agent", ticket.agent || "—");
    field("due_at", ago(ticket.due_at));
  });
  for (const name of ["channels", "markets"]) {
    rows(board, name, told[name], (each, field) => {
      field("name", words[name][each.name] ?? each.name);
      for (const key of ["waiting", "with_agents", "with_bot"]) field(key, each[key]);
    });
  }
}

function take(part) {
  const known = parts.get(part.market);
  if (!known || Date.parse(known.at) <= Date.parse(part.at)) parts.set(part.market, part);
}

function begin() {
  const board = document.getElementById("board");
  if (board) JSON.parse(board.dataset.parts).forEach(take);
}

document.addEventListener("live:board_figures", ({ detail }) => {
  take(detail);
  draw();
});
document.addEventListener("live:connected", () => {
  const board = document.getElementById("board");
  if (board) htmx.trigger(board, "changed");
});
document.addEventListener("htmx:afterSwap", () => {
  begin();
  draw();
});
begin();
