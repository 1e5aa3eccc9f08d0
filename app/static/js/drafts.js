// What was begun and not sent: on the server as one types, so that it is there on every device.
import * as server from "./server.js";

const REST_MILLISECONDS = 700;
const AGAIN_MILLISECONDS = 5000;

// `changed` is called when something came from another device or a colleague.
export function createDrafts(url, changed) {
  const mine = { reply: { text: "", shared: false }, note: { text: "", shared: false } };
  const unsaved = new Set();
  const edits = { reply: 0, note: 0 };
  const stamps = {};
  let theirs = [];
  let timer = null;
  let saving = null;

  // Not put off by every further letter: whoever writes on and on is seen to be writing.
  function later(milliseconds = REST_MILLISECONDS) {
    if (timer && milliseconds) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      save();
    }, milliseconds);
  }

  // One at a time, so that an earlier word never comes after a later one.
  async function save() {
    if (saving || !unsaved.size) return saving;
    const [kind] = unsaved;
    unsaved.delete(kind);
    saving = server.post(url, { kind, ...mine[kind] })
      .then((kept) => (stamps[kind] = kept.at))
      .catch((error) => !error.refusal?.code && unsaved.add(kind));
    await saving;
    saving = null;
    if (unsaved.size) later(unsaved.has(kind) ? AGAIN_MILLISECONDS : 0);
    return null;
  }

  return {
    text: (kind) => mine[kind].text,
    isShared: (kind) => mine[kind].shared,
    get shared() {
      return theirs;
    },
    keep(kind, text) {
      if (mine[kind].text === text) return;
      edits[kind] += 1;
      mine[kind].text = text;
      if (!text) mine[kind].shared = false;
      unsaved.add(kind);
      later();
    },
    share(kind, on) {
      mine[kind].shared = on;
      unsaved.add(kind);
      later(0);
    },
    // The server lets go of it when it takes the message; only what is on its way must be undone.
    sent(kind) {
      edits[kind] += 1;
      mine[kind] = { text: "", shared: false };
      unsaved.delete(kind);
      if (!saving) return;
      unsaved.add(kind);
      saving.then(() => later(0));
    },
    flush() {
      for (const kind of unsaved) server.post(url, { kind, ...mine[kind] }, { keepalive: true }).catch(() => undefined);
      unsaved.clear();
    },
    // What was written here since it was asked is newer than the answer.
    async load() {
      const before = { ...edits };
      const found = await server.get(url, { background: true }).catch(() => null);
      if (!found) return;
      for (const kind of Object.keys(mine)) {
        if (unsaved.has(kind) || saving || edits[kind] !== before[kind]) continue;
        // Kept from here: as it stands here, down to the last space.
        if (stamps[kind] && found.own[kind]?.at === stamps[kind]) continue;
        mine[kind] = { text: found.own[kind]?.text ?? "", shared: found.own[kind]?.shared ?? false };
      }
      theirs = found.shared;
      changed();
    },
  };
}
