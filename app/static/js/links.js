// Web addresses in a text become links; everything else stays text.

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

// [["text", …], ["link", …], …] Pure.
export function parts(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match.index > from) found.push(["text", text.slice(from, match.index)]);
    found.push(["link", match[0]]);
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(["text", text.slice(from)]);
  return found;
}

export function linked(text) {
  return parts(text || "").map(([kind, piece]) => {
    if (kind === "text") return document.createTextNode(piece);
    const link = document.createElement("a");
    link.href = piece;
    link.textContent = piece;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  });
}
