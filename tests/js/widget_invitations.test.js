import assert from "node:assert/strict";
import { test } from "node:test";

import { Inviter, due, matches } from "../../app/widget/invitations.js";

test("a star stands for anything, and without one the page is meant exactly", () => {
  const cases = [
    ["/plans", "/plans", true],
    ["/plans", "/plans/5g", false],
    ["/plans*", "/plans/5g", true],
    ["/*/pay", "/mx/pay", true],
    ["/*/pay", "/mx/payment", false],
    ["*", "/", true],
    ["/a*a", "/a", false],
    ["*/help/*", "/en/help/sim", true],
    ["/p.*", "/px", false],
  ];
  for (const [pattern, path, wanted] of cases) assert.equal(matches(pattern, path), wanted, `${pattern} ${path}`);
});

test("the first one that is due invites", () => {
  const rules = [
    { page: "/pay", seconds: 30, words: "slow" },
    { page: "/pay*", seconds: 5, words: "soon" },
  ];

  assert.equal(due(rules, "/pay", 4), null);
  assert.equal(due(rules, "/pay", 5).words, "soon");
  assert.equal(due(rules, "/pay", 30).words, "slow");
});

function visit({ rules, kept = new Map() }) {
  const page = { path: "/plans", seen: true };
  const invited = [];
  const memory = { get: (name) => kept.get(name), set: (name, value) => kept.set(name, value) };
  const inviter = new Inviter({
    offered: () => rules,
    memory,
    invite: ({ words }) => invited.push(words),
    here: () => page.path,
    seen: () => page.seen,
  });
  const wait = (seconds) => {
    for (let each = 0; each < seconds; each += 1) inviter.tick();
  };
  return { page, invited, wait, kept, inviter };
}

const RULES = [{ page: "/plans*", seconds: 3, words: "Hi" }];

test("only time on the page before her eyes counts, and another page begins anew", () => {
  const { page, invited, wait } = visit({ rules: RULES });

  wait(3);
  page.seen = false;
  wait(10);
  page.seen = true;
  page.path = "/plans/5g";
  wait(3);
  assert.deepEqual(invited, []);
  wait(1);

  assert.deepEqual(invited, ["Hi"]);
});

test("nobody is invited twice in a visit, not on the next page either", () => {
  const { invited, wait, kept } = visit({ rules: RULES });
  wait(10);
  const next = visit({ rules: RULES, kept });
  next.wait(10);

  assert.deepEqual([...invited, ...next.invited], ["Hi"]);
});

test("whoever opened the chat herself is not invited", () => {
  const { invited, wait, inviter } = visit({ rules: RULES });
  inviter.stop();
  wait(10);

  assert.deepEqual(invited, []);
});
