import assert from "node:assert/strict";
import test from "node:test";
import { dateWords } from "../../app/static/js/date_words.js";

test("a day is the same day in every time zone, in the words of the market", () => {
  assert.match(dateWords("2026-11-26", "es-MX"), /^jue, 26 (de )?nov (de )?2026$/);
  assert.match(dateWords("2026-11-26", "pt-BR"), /^qui\., 26 de nov\. de 2026$/);
  assert.equal(dateWords("2026-11-26", "en-US"), "Thu, Nov 26, 2026");
});

test("a moment tells its time as well", () => {
  assert.match(dateWords("2026-11-26T17:44", "en-US"), /^Thu, Nov 26, 2026, 5:44\sPM$/);
});

test("what is no date has no words", () => {
  assert.equal(dateWords("", "es-MX"), "");
  assert.equal(dateWords("soon", "es-MX"), "");
});
