import assert from "node:assert/strict";
import test from "node:test";
import { filledIn, inserted, matching, wanted } from "../../app/static/js/canned.js";
import { asks, between } from "../../app/static/js/choosing.js";
import { clockState, clockText, relative } from "../../app/static/js/durations.js";
import { actionOf } from "../../app/static/js/keys.js";
import { parts } from "../../app/static/js/links.js";

test("waiting times read as a clock, then as hours, then as days", () => {
  const read = [0, 42, 725, 3 * 3600 + 420, 50 * 3600, -5].map(clockText);

  assert.deepEqual(read, ["0:00", "0:42", "12:05", "3 h 07", "2 d 2 h", "0:00"]);
});

test("the past is told in its largest whole unit", () => {
  const told = [5, 125, 7300, 200000].map(relative);

  assert.deepEqual(told, [[-5, "second"], [-2, "minute"], [-2, "hour"], [-2, "day"]]);
});

test("a promise warns before it is due and is missed after it, for good", () => {
  assert.equal(clockState(50, 75, 100, "running"), "running");
  assert.equal(clockState(75, 75, 100, "running"), "warning");
  assert.equal(clockState(100, 75, 100, "warning"), "warning");
  assert.equal(clockState(101, 75, 100, "warning"), "breached");
  assert.equal(clockState(50, 75, 100, "breached"), "breached");
  assert.equal(clockState(99, NaN, 100, "running"), "running");
});

test("a slash opens prepared replies at the start or after a space, not inside an address", () => {
  assert.equal(wanted("/gra"), "gra");
  assert.equal(wanted("Hola /"), "");
  assert.equal(wanted("https://a"), null);
  assert.equal(wanted("and/or"), null);
});

test("replies whose shortcut begins so come first, accents do not count", () => {
  const replies = [
    { shortcut: "saldo", title: "Información de crédito" },
    { shortcut: "credito", title: "Crédito" },
  ];

  assert.deepEqual(matching(replies, "cré").map((reply) => reply.shortcut), ["credito", "saldo"]);
});

test("a prepared reply takes the place of what was typed after the slash", () => {
  const after = inserted("Hola /gra y más", 9, "Gracias");

  assert.deepEqual(after, { text: "Hola Gracias y más", caret: 12 });
});

test("a reply without a known name closes the gap it leaves", () => {
  assert.equal(filledIn("Hola {customer}, soy {agent}.", { customer: "", agent: "Ana" }), "Hola, soy Ana.");
});

test("keys mean actions only while nobody types, but the palette always opens", () => {
  assert.equal(actionOf({ key: "j" }, false), "next");
  assert.equal(actionOf({ key: "j" }, true), null);
  assert.equal(actionOf({ key: "t" }, false), "new-ticket");
  assert.equal(actionOf({ key: "x" }, false), "select");
  assert.equal(actionOf({ key: "k", metaKey: true }, true), "palette");
  assert.equal(actionOf({ key: "e", ctrlKey: true }, false), null);
});

test("addresses become links without the full stop behind them, scripts do not", () => {
  assert.deepEqual(parts("See https://a.example/b?c=1. Or javascript:alert(1)"), [
    ["text", "See "],
    ["link", "https://a.example/b?c=1"],
    ["text", ". Or javascript:alert(1)"],
  ]);
});

test("from one row to another means all between them, whichever comes first", () => {
  const rows = ["a", "b", "c", "d"];

  assert.deepEqual(between(rows, "b", "d"), ["b", "c", "d"]);
  assert.deepEqual(between(rows, "d", "b"), ["b", "c", "d"]);
  assert.deepEqual(between(rows, "gone", "b"), ["b"]);
});

test("a view is the one that is shown whatever is left empty or said in another order", () => {
  assert.equal(asks("?topic=billing&status=&q="), asks("?sort=newest&topic=billing&after=1"));
  assert.notEqual(asks("?topic=billing"), asks("?topic=sales"));
});
