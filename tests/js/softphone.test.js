import assert from "node:assert/strict";
import test from "node:test";
import { IDLE, isBusy, lasted, next } from "../../app/static/js/softphone_state.js";

const ringing = { type: "ringing", caller: "+525530007777", about: "c-1" };
const after = (...news) => news.reduce(next, IDLE);
const talking = [ringing, { type: "accepted", at: 1000 }];

test("a call rings, is taken and ends", () => {
  assert.equal(after(ringing).name, "ringing");
  assert.deepEqual(after(...talking), { ...IDLE, name: "talking", caller: ringing.caller, about: "c-1", since: 1000 });
  assert.deepEqual(after(...talking, { type: "ended" }), IDLE);
  assert.deepEqual(after(ringing, { type: "ended" }), IDLE);
});

test("a second call does not disturb the first", () => {
  const state = after(...talking, { ...ringing, about: "c-2" });

  assert.equal(state.about, "c-1");
  assert.equal(state.name, "talking");
});

test("a held call outlives its leg, and is taken again without ringing the agent", () => {
  const held = after(...talking, { type: "muted", on: true }, { type: "holding" }, { type: "ended" });
  const resuming = next(held, ringing);
  const again = next(resuming, { type: "accepted", at: 9000 });

  assert.equal(held.name, "held");
  assert.equal(held.muted, false);
  assert.equal(resuming.name, "resuming");
  assert.deepEqual([again.name, again.since], ["talking", 1000]);
});

test("another caller waits while one is held, and who left is not held", () => {
  const held = after(...talking, { type: "holding" });

  assert.equal(next(held, { ...ringing, about: "c-2" }), held);
  assert.deepEqual(next(held, { type: "left" }), IDLE);
  assert.equal(next(held, { type: "not_held" }).name, "talking");
});

test("what makes no sense changes nothing", () => {
  for (const type of ["accepted", "muted", "holding", "left", "nonsense"]) {
    assert.equal(next(IDLE, { type, on: true }), IDLE);
  }
  assert.equal(isBusy(IDLE), false);
});

test("a call's time reads as a clock", () => {
  assert.deepEqual([0, 65_000, 3_600_000, -5].map(lasted), ["0:00", "1:05", "60:00", "0:00"]);
});
