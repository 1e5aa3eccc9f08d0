import assert from "node:assert/strict";
import { test } from "node:test";

let configure;
globalThis.document = { addEventListener: (_name, handle) => (configure = handle) };
await import("../../app/static/js/background.js");

function isBackground(verb, cause) {
  const detail = { verb, headers: {}, triggeringEvent: cause && { type: cause } };
  configure({ detail });
  return detail.headers["X-Background"] === "1";
}

test("what somebody does keeps her session alive", () => {
  for (const cause of ["click", "submit", "change", "input"]) assert.equal(isBackground("get", cause), false, cause);
  assert.equal(isBackground("post", undefined), false);
});

test("what the page is told, or asks again and again, does not", () => {
  const told = ["load", "queue-changed", "customer-changed", "news-changed", "live:notice", "live:whispered", "tickets-changed"];
  for (const cause of [...told, undefined]) assert.equal(isBackground("get", cause), true, cause);
});
