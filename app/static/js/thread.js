// The messages of one conversation as a screen knows them: none twice, none missing. Pure.

export function createThread() {
  let first = 0;
  let last = 0;
  let isLoaded = false;
  const unsent = new Map();

  return {
    get first() {
      return first;
    },
    get last() {
      return last;
    },
    get hasEarlier() {
      return first > 1;
    },
    get unsent() {
      return [...unsent.values()];
    },

    // The first page that was fetched, oldest first; what is before it may be asked for later.
    load(messages, lastSeq) {
      first = messages.length ? messages[0].seq : lastSeq + 1;
      last = Math.max(lastSeq, messages.length ? messages.at(-1).seq : 0);
      isLoaded = true;
    },

    // What to do with a message that came: "added", "known" (drop it) or "gap" (ask for a replay).
    take(message) {
      if (!isLoaded) return "gap";
      if (message.seq <= last) return "known";
      if (message.seq > last + 1) return "gap";
      last = message.seq;
      if (message.key) unsent.delete(message.key);
      return "added";
    },

    // Messages of a replay, oldest first: numbers a reader may not see are passed over.
    catchUp(messages, lastSeq) {
      const fresh = messages.filter((message) => message.seq > last);
      for (const message of fresh) if (message.key) unsent.delete(message.key);
      last = Math.max(last, lastSeq, ...fresh.map((message) => message.seq));
      return fresh;
    },

    // Earlier messages that were asked for; gives back those before what is known.
    takeEarlier(messages) {
      const earlier = messages.filter((message) => message.seq < first);
      first = earlier.length ? earlier[0].seq : 1;
      return earlier;
    },

    // Something the agent sent: kept under its key until the server has it.
    keep(draft) {
      unsent.set(draft.key, draft);
    },
    sent(key) {
      unsent.delete(key);
    },
    isUnsent(key) {
      return unsent.has(key);
    },
  };
}
