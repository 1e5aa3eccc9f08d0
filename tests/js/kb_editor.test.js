// The pure parts of the Markdown editor, and what the help tells of a search.
import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../../app/static/js/help_search.js";
import { around, lines, slugOf } from "../../app/static/js/kb_editor.js";

test("formatting twice takes it back", () => {
  assert.equal(around("bill", "**"), "**bill**");
  assert.equal(around("**bill**", "**"), "bill");
  assert.equal(lines("a\nb", (at) => `${at + 1}. `), "1. a\n2. b");
});

test("an address is made of plain letters of the title", () => {
  assert.equal(slugOf("¿Cómo pagar tu factura?"), "como-pagar-tu-factura");
  assert.equal(slugOf("  --  "), "");
  assert.ok(slugOf("word ".repeat(40)).length <= 80);
});

function searching() {
  const sent = [];
  const field = { value: "", addEventListener() {} };
  const send = async (url, data) => {
    sent.push([url, data]);
    return { id: "7" };
  };
  return { sent, field, search: follow(field, { url: "/searched", openedUrl: "/opened", send, wait: 1e6 }) };
}

test("what was looked for is told once, and that an answer was opened", async () => {
  const { sent, field, search } = searching();
  field.value = "lost phone ";
  await search.note();
  await search.note();
  await search.opened();
  assert.deepEqual(sent, [["/searched", { q: "lost phone" }], ["/opened", { id: "7" }]]);
});

test("two letters are no question", async () => {
  const { sent, field, search } = searching();
  field.value = "ro";
  await search.opened();
  assert.deepEqual(sent, []);
});
