import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, mentioned, mentioning, named, strangers } from "../../app/static/js/mentions.js";

const people = [{ id: "1", name: "Lucía Mena" }, { id: "2", name: "Ana Ruiz" }];

test("letters after an @ mention somebody, an address does not", () => {
  assert.equal(mentioning("Please look, @lu"), "lu");
  assert.equal(mentioning("@"), "");
  assert.equal(mentioning("@Lucía M"), "Lucía M");
  assert.equal(mentioning("ana@example"), null);
  assert.equal(mentioning("Please look"), null);
});

test("a colleague is found by any of her names, without accents", () => {
  assert.deepEqual(fitting(people, "lucia").map((each) => each.id), ["1"]);
  assert.deepEqual(fitting(people, "rui").map((each) => each.id), ["2"]);
  assert.deepEqual(fitting(people, "").length, 2);
});

test("the name takes the place of what was typed", () => {
  const after = mentioned("Hola @luc, mira", 9, "Lucía Mena");
  assert.equal(after.text, "Hola @Lucía Mena , mira");
  assert.equal(after.caret, 17);
});

test("who is named in the whole text is meant", () => {
  assert.deepEqual(named(people, "@Ana Ruiz mira esto").map((each) => each.id), ["2"]);
  assert.deepEqual(named(people, "Ana Ruiz"), []);
});

test("a name that begins like another is nobody else's", () => {
  const alike = [{ id: "1", name: "Ana" }, { id: "2", name: "Ana Ruiz" }, { id: "3", name: "Ana Ruiz" }];
  assert.deepEqual(named(alike, "@Ana Ruiz, look").map((each) => each.id), ["2", "3"]);
  assert.deepEqual(named(alike, "@Ana, and @Ana Ruiz").map((each) => each.id), ["1", "2", "3"]);
  assert.deepEqual(named(alike, "@Anabel"), []);
});

test("a name is known in any letters, and with its accents left out", () => {
  assert.deepEqual(named(people, "@lucia MENA, mira").map((each) => each.id), ["1"]);
  assert.deepEqual(named(people, "@ána ruiz"), []);
  const odd = [{ id: "1", name: "Ana (II)" }];
  assert.deepEqual(named(odd, "@Ana (II) mira").map((each) => each.id), ["1"]);
});

test("whoever is named and none of them is a stranger, once", () => {
  assert.deepEqual(strangers(people, "@Plain Agent mira, y @Beto. @Plain Agent"), ["Plain Agent", "Beto"]);
  assert.deepEqual(strangers(people, "@lucia mena y @Ana Ruiz: ana@example.com, 5 @ 3"), []);
  assert.deepEqual(strangers(people, "@Lucía"), ["Lucía"], "half a name reaches nobody");
  assert.deepEqual(strangers([{ id: "1", name: "Ana" }], "@Anabel"), ["Anabel"]);
});
