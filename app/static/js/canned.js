// Prepared replies: which ones fit what was typed after "/", and how they are filled in. Pure.
import { fold } from "./fold.js";

const OPENED = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;

// What follows the "/" right before the caret, or null when none is being typed.
export function wanted(textBeforeCaret) {
  return textBeforeCaret.match(OPENED)?.[1] ?? null;
}

export function matching(replies, word) {
  const needle = fold(word);
  const begins = replies.filter((reply) => fold(reply.shortcut).startsWith(needle));
  const holds = replies.filter(
    (reply) => !begins.includes(reply) && fold(`${reply.shortcut} ${reply.title}`).includes(needle),
  );
  return [...begins, ...holds];
}

export function filledIn(body, names) {
  return body.replace(/\{(customer|agent)\}/g, (_, who) => names[who] ?? "").replace(/ +([,.!?])/g, "$1");
}

// The text and caret after a reply took the place of "/word".
export function inserted(text, caret, reply) {
  const before = text.slice(0, caret).replace(OPENED, (match) => (/^\s/.test(match) ? match[0] : ""));
  return { text: before + reply + text.slice(caret), caret: before.length + reply.length };
}
