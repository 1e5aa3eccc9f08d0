import assert from "node:assert/strict";
import test from "node:test";
import { createThread } from "../../app/static/js/thread.js";

const said = (seq, more = {}) => ({ seq, text: `message ${seq}`, ...more });

function loaded(...seqs) {
  const thread = createThread();
  thread.load(seqs.map((seq) => said(seq)), seqs.at(-1) ?? 0);
  return thread;
}

test("the next message is added, and the same one again is known", () => {
  const thread = loaded(1, 2);

  assert.equal(thread.take(said(3)), "added");
  assert.equal(thread.take(said(3)), "known");
  assert.equal(thread.last, 3);
});

test("a jump in the numbers is a gap that leaves the thread as it was", () => {
  const thread = loaded(1, 2);

  assert.equal(thread.take(said(5)), "gap");
  assert.equal(thread.last, 2);
});

test("a message that comes before the first page is not shown ahead of it", () => {
  assert.equal(createThread().take(said(1)), "gap");
});

test("a replay gives only what is not known, and closes the gap", () => {
  const thread = loaded(1, 2);

  const fresh = thread.catchUp([said(2), said(3), said(4)], 4);

  assert.deepEqual(fresh.map((message) => message.seq), [3, 4]);
  assert.equal(thread.take(said(5)), "added");
});

test("a replay whose last numbers nobody may see still moves on", () => {
  const thread = loaded(1);

  thread.catchUp([said(2)], 4);

  assert.equal(thread.take(said(5)), "added");
});

test("what was sent stays unsent until it comes back under its key", () => {
  const thread = loaded(1);
  thread.keep({ key: "a", text: "hello" });
  thread.keep({ key: "b", text: "again" });

  thread.take(said(2, { key: "a" }));
  thread.catchUp([said(3, { key: "c" })], 3);

  assert.deepEqual(thread.unsent.map((draft) => draft.key), ["b"]);
});

test("earlier messages go before the first, each once, down to number one", () => {
  const thread = loaded(4, 5);

  const earlier = thread.takeEarlier([said(2), said(3), said(4)]);

  assert.deepEqual(earlier.map((message) => message.seq), [2, 3]);
  assert.equal(thread.hasEarlier, true);
  thread.takeEarlier([said(1)]);
  assert.equal(thread.hasEarlier, false);
});

test("a conversation without messages starts with number one", () => {
  const thread = loaded();

  assert.equal(thread.hasEarlier, false);
  assert.equal(thread.take(said(1)), "added");
});
