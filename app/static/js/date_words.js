// A date as people write it: "jue, 26 nov 2026". Pure.

const DAY = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
const TIME = { hour: "numeric", minute: "2-digit" };

// `value` is what a field holds: 2026-11-26, or 2026-11-26T10:30. Empty for anything else.
export function dateWords(value, locale) {
  const timed = value.includes("T");
  const moment = new Date(timed ? `${value}Z` : value);
  if (Number.isNaN(moment.getTime())) return "";
  return new Intl.DateTimeFormat(locale, timed ? { ...DAY, ...TIME } : DAY).format(moment);
}
