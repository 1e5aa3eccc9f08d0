// Mentioning colleagues in a note: whom "@" and some letters may mean, and who is named. Pure.
import { fold } from "./fold.js";

const WRITTEN = /(?<!\S)@(\p{L}[\p{L}\p{M}'’.-]*(?: \p{Lu}[\p{L}\p{M}'’.-]*)*)/gu;
const OPENED = /(^|\s)@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]+)?)$/u;

// What follows the "@" right before the caret, or null when nobody is being mentioned.
export function mentioning(textBeforeCaret) {
  return textBeforeCaret.match(OPENED)?.[2] ?? null;
}

export function fitting(colleagues, word) {
  const needle = fold(word);
  return colleagues.filter(({ name }) => {
    const folded = fold(name);
    return folded.startsWith(needle) || folded.split(" ").some((part) => part.startsWith(needle));
  });
}

// The text and caret after a name took the place of "@" and some letters.
export function mentioned(text, caret, name) {
  const before = text.slice(0, caret).replace(OPENED, (_all, space) => `${space}@${name} `);
  return { text: before + text.slice(caret), caret: before.length };
}

// Who is named in a text. Of "Ana" and "Ana Ruiz" only she whose whole name stands there.
export function named(colleagues, text) {
  const { meant } = read(colleagues, text);
  return colleagues.filter(({ name }) => meant.has(name));
}

// What stands behind an "@" in a text and is the name of none of these colleagues.
export function strangers(colleagues, text) {
  const { left } = read(colleagues, text);
  return [...new Set([...left.matchAll(WRITTEN)].map(([, name]) => name.replace(/[.'’-]+$/u, "")))];
}

// Whose names are meant, and the text without them.
function read(colleagues, text) {
  const names = [...new Set(colleagues.map(({ name }) => name))].sort((a, b) => b.length - a.length);
  const meant = new Set();
  let left = text.normalize("NFC");
  for (const name of names) {
    const without = left.replace(standing(name), " ");
    if (without !== left) meant.add(name);
    left = without;
  }
  return { meant, left };
}

// A name as people type it: in large or small letters, its accents written or not.
function standing(name) {
  const signs = [...name.normalize("NFC")].map((sign) => {
    const plain = fold(sign);
    return plain === sign.toLowerCase() ? sign.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") : `[${sign}${plain}]`;
  });
  return new RegExp(`@${signs.join("")}(?![\\p{L}\\p{M}\\p{N}])`, "giu");
}
