import assert from "node:assert/strict";
import test from "node:test";
import { says } from "../../app/static/js/narrow.js";

const ROW = "Plano Família — assinatura +55 11 98765-4321 R$ 49,90";

test("a row is found by its words without their accents, in any order", () => {
  assert.ok(says(ROW, "ASSINATURA familia"));
  assert.ok(!says(ROW, "familia roaming"));
});

test("a number is found as it is written and as it is dialled", () => {
  assert.ok(says(ROW, "98765-43"));
  assert.ok(says(ROW, "5511987654321"));
  assert.ok(!says(ROW, "98765432100"));
});

test("nothing typed leaves every row", () => {
  assert.ok(says(ROW, " "));
});
