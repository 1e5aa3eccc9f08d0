// What was begun and not sent, kept per conversation in this browser.

const PREFIX = "draft:";
const MOST = 50;

export function keep(conversationId, mode, text, store = localStorage) {
  const name = `${PREFIX}${conversationId}:${mode}`;
  if (!text) return store.removeItem(name);
  forgetOldest(store);
  return store.setItem(name, JSON.stringify({ text, at: Date.now() }));
}

export function kept(conversationId, mode, store = localStorage) {
  try {
    return JSON.parse(store.getItem(`${PREFIX}${conversationId}:${mode}`))?.text ?? "";
  } catch {
    return "";
  }
}

function forgetOldest(store) {
  const names = Object.keys(store).filter((name) => name.startsWith(PREFIX));
  if (names.length < MOST) return;
  const age = (name) => JSON.parse(store.getItem(name)).at;
  store.removeItem(names.reduce((oldest, name) => (age(name) < age(oldest) ? name : oldest)));
}
