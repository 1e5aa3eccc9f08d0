import assert from "node:assert/strict";
import { test } from "node:test";

import { pause } from "../../app/widget/backoff.js";
import { CatchUp } from "../../app/widget/catch_up.js";
import { Thread } from "../../app/widget/thread.js";

function message(seq) {
  return { id: `m${seq}`, seq, kind: "text", author: { kind: "agent", name: "Ana" }, text: `${seq}` };
}

/** A server with so many messages, which hands out two at a time. */
function server(count) {
  const asked = [];
  const ask = async (after) => {
    asked.push(after);
    const all = Array.from({ length: count }, (_each, index) => message(index + 1));
    const missing = all.filter((each) => each.seq > after);
    return { messages: missing.slice(0, 2), last_seq: count, more: missing.length > 2 };
  };
  return { ask, asked };
}

test("after an interruption everything missed arrives once and in order", async () => {
  const thread = new Thread();
  thread.receive(message(1));
  const { ask, asked } = server(6);

  assert.equal(await new CatchUp(thread, ask).run(), true);

  assert.deepEqual(thread.messages.map((each) => each.seq), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(asked, [1, 3, 5]);
});

test("a gap noticed while catching up asks once more instead of twice at once", async () => {
  const thread = new Thread();
  const { ask, asked } = server(2);
  const catchUp = new CatchUp(thread, ask);

  await Promise.all([catchUp.run(), catchUp.run()]);

  assert.deepEqual(asked, [0, 2]);
});

test("without an answer it stops and can be asked again", async () => {
  const thread = new Thread();
  const { ask } = server(2);
  let silent = true;
  const catchUp = new CatchUp(thread, async (after) => (silent ? null : ask(after)));
  assert.equal(await catchUp.run(), false);

  silent = false;

  assert.equal(await catchUp.run(), true);
  assert.equal(thread.lastSeq, 2);
});

test("pauses grow from half a second to five and never all end at once", () => {
  const longest = [0, 1, 2, 3, 9].map((attempt) => pause(attempt, () => 1));
  const shortest = [0, 1, 2, 3, 9].map((attempt) => pause(attempt, () => 0));

  assert.deepEqual(longest, [1000, 2000, 4000, 5000, 5000]);
  assert.deepEqual(shortest, [500, 1000, 2000, 2500, 2500]);
});
