import assert from "node:assert/strict";
import { test } from "node:test";

import { Queue } from "../../app/widget/queue.js";
import { Sender } from "../../app/widget/sender.js";

/** A server that answers what the list says, and remembers what it was asked. */
function sending(texts, answers) {
  const kept = [];
  const queue = new Queue([], (items) => kept.push(items.map((each) => each.key)));
  texts.forEach((text, index) => queue.add({ key: `k${index + 1}`, text, at: "2026-11-21T10:00:00Z" }));
  const log = { asked: [], arrived: [], refused: [], silences: 0, waits: 0 };
  const sender = new Sender({
    queue,
    ask: async (item) => {
      log.asked.push(item.key);
      return answers.shift() ?? null;
    },
    online: () => answers.length > 0,
    arrived: (item, answer) => log.arrived.push([item.key, answer.seq]),
    refused: (item) => log.refused.push(item.key),
    silent: () => (log.silences += 1),
    wait: async () => (log.waits += 1),
  });
  return { queue, sender, log, kept };
}

test("what waits is sent in the order it was written", async () => {
  const { queue, sender, log } = sending(["one", "two"], [{ seq: 1 }, { seq: 2 }]);

  await sender.flush();

  assert.deepEqual(log.arrived, [["k1", 1], ["k2", 2]]);
  assert.equal(queue.next(), null);
});

test("without an answer the same message is sent again under its own key, before the next", async () => {
  const { sender, log } = sending(["one", "two"], [null, { seq: 1 }, { seq: 2 }]);

  await sender.flush();

  assert.deepEqual(log.asked, ["k1", "k1", "k2"]);
  assert.equal(log.silences, 1);
});

test("a message refused for good stays to be seen and does not hold up the next", async () => {
  const answers = [{ error: { code: "message_too_long", message: "Too long" } }, { seq: 1 }];
  const { queue, sender, log } = sending(["one", "two"], answers);

  await sender.flush();

  assert.deepEqual([log.refused, log.arrived], [["k1"], [["k2", 1]]]);
  assert.equal(queue.items[0].refused, "Too long");
});

test("too many messages at once are sent a little later", async () => {
  const answers = [{ error: { code: "too_many_requests", message: "Slowly" } }, { seq: 1 }];
  const { sender, log } = sending(["one"], answers);

  await sender.flush();

  assert.deepEqual([log.arrived, log.refused, log.waits], [[["k1", 1]], [], 1]);
});

test("flushing twice at once sends nothing twice", async () => {
  const { sender, log } = sending(["one"], [{ seq: 1 }]);

  await Promise.all([sender.flush(), sender.flush()]);

  assert.deepEqual(log.asked, ["k1"]);
});

test("the queue is kept after every change and survives a restart", () => {
  let stored = [];
  const before = new Queue([], (items) => (stored = structuredClone(items)));
  before.add({ key: "k1", text: "Hola", payload: "/greet", at: "2026-11-21T10:00:00Z" });

  const after = new Queue(stored, () => {});

  assert.deepEqual([after.next().text, after.next().payload], ["Hola", "/greet"]);
});

test("a refused message can be tried again or given up", () => {
  const queue = new Queue([], () => {});
  queue.add({ key: "k1", text: "one", at: "2026-11-21T10:00:00Z" });
  queue.refuse("k1", "No");
  assert.equal(queue.next(), null);

  queue.retry("k1");
  assert.equal(queue.next().key, "k1");

  queue.remove("k1");
  assert.equal(queue.items.length, 0);
});
