// What is chosen in a list of tickets: rows between two, and whether two questions are the same. Pure.

// The boxes from one to another, both included, whichever comes first.
export function between(all, one, other) {
  const [first, last] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
  return first === -1 ? [other] : all.slice(first, last + 1);
}

// The same question, whatever is left out as usual.
export function asks(search) {
  const asked = new URLSearchParams(search);
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  asked.delete("after");
  if (!asked.has("sort")) asked.set("sort", "newest");
  asked.sort();
  return asked.toString();
}
