// The widget's sentences come from the server in the visitor's language; these fill their blanks.

const DAYS_KNOWN_BY_NAME = 6 * 24 * 3600 * 1000;

/** `fill("%(name)s joined", {name: "Ana"})`; a blank nobody fills stays empty. */
export function fill(sentence, values = {}) {
  return sentence.replace(/%\((\w+)\)s/g, (_blank, name) => String(values[name] ?? ""));
}

/** A speaker for these sentences; a missing one is said by its name rather than by nothing. */
export function speaker(texts) {
  return (name, values) => fill(texts[name] ?? name, values);
}

/** When a message was written, as its reader says it: the hour today, else with the day. */
export function moment(at, language, now = new Date()) {
  const then = new Date(at);
  const hour = { hour: "2-digit", minute: "2-digit" };
  const sameDay = then.toDateString() === now.toDateString();
  const shape = sameDay ? hour : { day: "numeric", month: "short", ...hour };
  return new Intl.DateTimeFormat(language, shape).format(then);
}

/** When people are there again, by her own clock: the hour of today, else also the day, and beyond
    the next days its date; null when that is over. */
export function opening(at, language, now = new Date()) {
  const then = new Date(at);
  if (!at || then <= now) return null;
  const said = (shape) => new Intl.DateTimeFormat(language, shape).format(then);
  const hour = said({ hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === now.toDateString()) return { hour };
  const date = then - now > DAYS_KNOWN_BY_NAME ? { day: "numeric", month: "long" } : {};
  return { day: said({ weekday: "long", ...date }), hour };
}

/** 1536 → "1.5 KB". */
export function fileSize(bytes, language) {
  const units = ["B", "KB", "MB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)} ${units[unit]}`;
}
