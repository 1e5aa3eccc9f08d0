import assert from "node:assert/strict";
import test from "node:test";
import { createDrafts } from "../../app/static/js/drafts.js";

const own = { own: { reply: { text: "From the phone", shared: false } }, shared: [] };
let posted = [];
let answer = null;

globalThis.document = { body: { getAttribute: () => "{}" } };
globalThis.fetch = async (_url, { method, body }) => {
  if (method !== "POST") return { ok: true, json: async () => own };
  posted.push(JSON.parse(body));
  await answer;
  return { ok: true, json: async () => ({ at: "now" }) };
};
const rest = () => new Promise((done) => setImmediate(done));

test("what another device has kept is there, but not over what is being written here", async () => {
  const drafts = createDrafts("/drafts", () => undefined);

  await drafts.load();
  assert.equal(drafts.text("reply"), "From the phone");
  drafts.keep("reply", "From here");
  await drafts.load();

  assert.equal(drafts.text("reply"), "From here");
  posted = [];
  drafts.flush();
  assert.deepEqual(posted, [{ kind: "reply", text: "From here", shared: false }]);
});

test("a draft that is on its way when its message is sent does not come back", async () => {
  const drafts = createDrafts("/drafts", () => undefined);
  let arrive;
  answer = new Promise((done) => (arrive = done));
  posted = [];
  drafts.keep("reply", "Hola");
  drafts.share("reply", true);
  while (!posted.length) await rest();

  drafts.sent("reply");
  arrive();
  const since = Date.now();
  while (posted.length < 2) await rest();

  assert.ok(Date.now() - since < 2000, "a colleague sees that she is answering no longer");

  assert.deepEqual(posted.at(-1), { kind: "reply", text: "", shared: false });
});

test("an answer that is older than what was written meanwhile changes nothing", async () => {
  const drafts = createDrafts("/drafts", () => undefined);
  answer = null;

  const asked = drafts.load();
  drafts.keep("reply", "Newer");
  drafts.flush();
  await asked;

  assert.equal(drafts.text("reply"), "Newer");
});

test("what was kept from here is not put back without its last space", async () => {
  const drafts = createDrafts("/drafts", () => undefined);
  own.own.reply = { text: "Hola", shared: false, at: "now" };
  posted = [];
  drafts.keep("reply", "Hola ");
  drafts.share("reply", false);
  while (!posted.length) await rest();
  await rest();

  await drafts.load();

  assert.equal(drafts.text("reply"), "Hola ");
});
