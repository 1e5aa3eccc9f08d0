import assert from "node:assert/strict";
import { test } from "node:test";
import { summed } from "../../app/static/js/board_parts.js";

const part = (market, more = {}) => ({
  market, waiting: 0, with_bot: 0, with_agents: 0, resolved: 0, handed_over: 0, met_by_bot: 0, kept_by_bot: 0,
  accepted: 0, in_time: 0, late: 0, points: 0, ratings: 0, overdue: 0, soon: 0,
  longest_since: null, channels: {}, agents: [], at_risk: [], ...more,
});

test("markets are added up, shares are worked out once", () => {
  const told = summed([
    part("MX", { waiting: 2, handed_over: 2, met_by_bot: 3, kept_by_bot: 2, accepted: 1, in_time: 1, points: 9, ratings: 2 }),
    part("BR", { waiting: 1, handed_over: 1, met_by_bot: 1, accepted: 1, late: 1 }),
  ]);

  assert.equal(told.waiting, 3);
  assert.equal(told.service_level, 1 / 3);
  assert.equal(told.containment, 0.5);
  assert.equal(told.rating, 4.5);
  assert.deepEqual(told.markets.map((each) => each.name), ["MX", "BR"]);
});

test("an agent of two markets is one, the longest wait is the earliest", () => {
  const ana = { id: "a", name: "Ana", open: 1 };
  const beto = { id: "b", name: "Beto", open: 4 };
  const told = summed([
    part("MX", { agents: [ana, beto], longest_since: "2026-03-02 16:05:00+00:00" }),
    part("BR", { agents: [ana], longest_since: "2026-03-02 16:01:00+00:00" }),
  ]);

  assert.deepEqual(told.agents.map((each) => each.name), ["Beto", "Ana"]);
  assert.equal(told.longest_since, "2026-03-02 16:01:00+00:00");
});

test("without cases there is no share", () => {
  const told = summed([part("MX")]);

  assert.equal(told.service_level, null);
  assert.equal(told.rating, null);
  assert.deepEqual(told.markets, []);
});
