import assert from "node:assert/strict";
import { test } from "node:test";

import { isSomebodyElse, isStale, subjectOf } from "../../app/widget/identity.js";
import { parts, safe } from "../../app/widget/links.js";
import { newKey } from "../../app/widget/key.js";
import { Store } from "../../app/widget/store.js";
import { fileSize, fill, opening, speaker } from "../../app/widget/words.js";

function token(claims) {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
}

test("web addresses become links without the sentence's own marks", () => {
  const found = parts("See https://aurora.example/pay?id=1, or (https://aurora.example/a_(b)). Thanks!");

  assert.deepEqual(
    found.filter((each) => each.href).map((each) => each.text),
    ["https://aurora.example/pay?id=1", "https://aurora.example/a_(b)"],
  );
});

test("the parts of a text joined are the text again", () => {
  for (const text of ["", "plain", "https://a.example", "<b>https://a.example/x</b> javascript:alert(1)"]) {
    assert.equal(parts(text).map((each) => each.text).join(""), text);
  }
});

test("only addresses of the web are safe to follow", () => {
  assert.equal(safe("javascript:alert(1)"), null);
  assert.equal(safe("data:text/html,x"), null);
  assert.equal(safe("not an address"), null);
  assert.equal(safe("https://aurora.example/pay"), "https://aurora.example/pay");
});

test("sentences are filled by name and a missing sentence is said by its name", () => {
  assert.equal(fill("%(name)s joined at %(time)s", { name: "Ana %(time)s" }), "Ana %(time)s joined at ");
  assert.equal(speaker({})("send"), "send");
});

test("an identity is read, and is stale a minute before the server refuses it", () => {
  const identity = token({ sub: "C-000123", iat: 1000, name: "José" });

  assert.equal(subjectOf(identity), "C-000123");
  assert.deepEqual([isStale(identity, 1240), isStale(identity, 1241)], [false, true]);
  assert.equal(subjectOf("nonsense"), "");
});

test("what is remembered of a customer is not for a stranger or another customer", () => {
  assert.equal(isSomebodyElse("C-000123", ""), true);
  assert.equal(isSomebodyElse("C-000123", "C-000999"), true);
  assert.equal(isSomebodyElse("C-000123", "C-000123"), false);
  assert.equal(isSomebodyElse(null, "C-000123"), false);
});

test("two inboxes on one site do not share what they remember", () => {
  const kept = new Map();
  const storage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };

  new Store("mx", storage).set("token", "secret");

  assert.equal(new Store("br", storage).get("token"), null);
  assert.equal(new Store("mx", storage).get("token"), "secret");
});

test("a browser that forbids storage only forgets", () => {
  const store = new Store("mx", null);
  store.set("token", "secret");

  assert.equal(store.get("token", "nothing"), "nothing");
});

test("an opening is told by the day and hour of whoever reads it, and not once it is over", () => {
  const now = new Date(2026, 2, 2, 21, 30); // a Monday
  const at = (day, hour) => new Date(2026, 2, day, hour).toISOString();

  assert.deepEqual(opening(at(2, 23), "es", now), { hour: "23:00" });
  assert.deepEqual(opening(at(3, 8), "es", now), { day: "martes", hour: "08:00" });
  assert.deepEqual(opening(at(9, 8), "pt", now), { day: "segunda-feira, 9 de março", hour: "08:00" });
  assert.equal(opening(now.toISOString(), "es", now), null);
  assert.equal(opening(null, "es", now), null);
});

test("sizes are read in the customer's language", () => {
  assert.equal(fileSize(1536, "en"), "1.5 KB");
  assert.equal(fileSize(1536, "pt"), "1,5 KB");
});

test("every message has a key of its own", () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));

  assert.equal(keys.size, 100);
  for (const key of keys) assert.match(key, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
