import assert from "node:assert/strict";
import { test } from "node:test";

import { Thread } from "../../app/widget/thread.js";

function message(seq, more = {}) {
  return { id: `m${seq}`, seq, kind: "text", author: { kind: "bot", name: "Bot" }, text: `${seq}`, ...more };
}

function seqs(thread) {
  return thread.messages.map((each) => each.seq);
}

test("a message seen before is not shown twice", () => {
  const thread = new Thread();
  thread.receive(message(1));

  assert.equal(thread.receive(message(1)), "known");
  assert.deepEqual(seqs(thread), [1]);
});

test("a message after a gap waits for the replay, which brings both in order", () => {
  const thread = new Thread();
  thread.receive(message(1));

  assert.equal(thread.receive(message(3)), "gap");
  thread.catchUp({ messages: [message(2), message(3)], last_seq: 3, more: false });

  assert.deepEqual(seqs(thread), [1, 2, 3]);
});

test("a message that came while the start was put together is not shown twice", () => {
  const thread = new Thread();
  thread.start({ messages: [message(1), message(2)], last_seq: 1 });

  assert.equal(thread.receive(message(2)), "known");
  thread.catchUp({ messages: [message(3)], last_seq: 3, more: false });

  assert.deepEqual(seqs(thread), [1, 2, 3]);
});

test("another conversation begins with its own numbers", () => {
  const thread = new Thread();
  thread.start({ messages: [message(7)], last_seq: 7 });

  thread.start({ messages: [message(1)], last_seq: 1 });

  assert.equal(thread.receive(message(2)), "added");
});

test("how far the server knows her to have read never goes back", () => {
  const thread = new Thread();
  thread.start({ messages: [], last_seq: 0, customer_read_seq: 4 });

  thread.change({ customer_read_seq: 2 });
  thread.catchUp({ messages: [], last_seq: 0, more: false, conversation: { customer_read_seq: 3 } });

  assert.equal(thread.toldSeq, 4);
});

test("a replay may leave numbers out, for they belong to internal notes", () => {
  const thread = new Thread();
  thread.receive(message(1));

  thread.catchUp({ messages: [message(3)], last_seq: 4, more: false });

  assert.equal(thread.receive(message(5)), "added");
  assert.deepEqual(seqs(thread), [1, 3, 5]);
});

test("a replay overtaken by live messages adds nothing twice", () => {
  const thread = new Thread();
  thread.receive(message(1));
  thread.receive(message(2));

  thread.catchUp({ messages: [message(1), message(2)], last_seq: 2, more: false });

  assert.deepEqual(seqs(thread), [1, 2]);
});

test("a long replay is asked on until it ends, and one without progress is not", () => {
  const thread = new Thread();

  assert.equal(thread.catchUp({ messages: [message(1)], last_seq: 9, more: true }), true);
  assert.equal(thread.lastSeq, 1);
  assert.equal(thread.catchUp({ messages: [], last_seq: 9, more: true }), false);
});

test("only what others wrote after the last look is unread", () => {
  const thread = new Thread();
  thread.receive(message(1));
  thread.receive(message(2, { author: { kind: "customer", name: "" } }));
  thread.receive(message(3, { kind: "activity" }));
  thread.receive(message(4));

  assert.equal(thread.unread(1), 1);
});

test("buttons are offered until the customer says something", () => {
  const thread = new Thread();
  thread.receive(message(1, { extra: { buttons: [{ title: "Yes", payload: "/affirm" }] } }));
  assert.equal(thread.offered().seq, 1);

  thread.receive(message(2, { author: { kind: "customer", name: "" } }));

  assert.equal(thread.offered(), null);
});

test("what has been read never becomes unread again", () => {
  const thread = new Thread();

  thread.readUpTo(5);
  thread.change({ read_seq: 3, status: "open", agent: "Ana" });

  assert.equal(thread.readSeq, 5);
  assert.deepEqual([thread.state.status, thread.state.agent], ["open", "Ana"]);
});
