// Which action a key press means; null when it is just typing. Pure.

const LETTERS = { j: "next", k: "previous", a: "accept-next", r: "reply", n: "note", e: "resolve", t: "new-ticket", x: "select", "?": "keys" };

export function actionOf(event, isTyping) {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key === "k") return "palette";
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return null;
  return LETTERS[key] ?? null;
}
