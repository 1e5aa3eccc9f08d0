// The same figures as tests/channels/sms: 3GPP TS 23.038 and 23.040.
import assert from "node:assert/strict";
import { test } from "node:test";
import { segments } from "../../app/static/js/segments.js";

const cases = [
  ["", "GSM-7", 0],
  ["a".repeat(160), "GSM-7", 1],
  ["a".repeat(161), "GSM-7", 2],
  ["a".repeat(307), "GSM-7", 3],
  ["€".repeat(80), "GSM-7", 1],
  ["€".repeat(81), "GSM-7", 2],
  ["á", "UCS-2", 1],
  ["á".repeat(71), "UCS-2", 2],
  ["🎉".repeat(35), "UCS-2", 1],
  ["🎉".repeat(36), "UCS-2", 2],
];

for (const [text, alphabet, count] of cases) {
  test(`${[...text].length} letters like ${[...text][0] ?? "none"}`, () => {
    assert.deepEqual(segments(text), { alphabet, count });
  });
}
