// Finds the web addresses in a text, so that they can be shown as links and nothing else can.

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;
// Closing marks that belong to the sentence, not to the address.
const TRAILING = /[.,;:!?)\]}»”’]+$/u;

/** The text in parts: {text} or {text, href}. Joined, the parts are the text again. */
export function parts(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safe(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** The address when it is one of the web, else null. */
export function safe(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

function trimmed(address) {
  const bare = address.replace(TRAILING, "");
  const closes = address.slice(bare.length).startsWith(")");
  return closes && bare.includes("(") ? `${bare})` : bare;
}
