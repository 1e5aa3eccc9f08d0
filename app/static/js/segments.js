// How many SMS a text takes: GSM 03.38, or UCS-2 once a letter is not in it. Pure.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");
const ALONE = { "GSM-7": 160, "UCS-2": 70 };
const JOINED = { "GSM-7": 153, "UCS-2": 67 };

export function segments(text) {
  const letters = [...text];
  const plain = letters.every((letter) => BASIC.has(letter) || EXTENSION.has(letter));
  const alphabet = plain ? "GSM-7" : "UCS-2";
  const sizes = letters.map((letter) => (plain ? 1 + EXTENSION.has(letter) : letter.length));
  const length = sizes.reduce((sum, size) => sum + size, 0);
  if (length <= ALONE[alphabet]) return { alphabet, count: text ? 1 : 0 };
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    // No letter is cut in two.
    if (used + size > JOINED[alphabet]) [count, used] = [count + 1, 0];
    used += size;
  }
  return { alphabet, count };
}
