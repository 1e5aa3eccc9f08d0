// How long to wait before the next try: 0.5 to 5 seconds, longer each time, never all at once.

const SHORTEST = 500;
const LONGEST = 5000;

/** Milliseconds before try number `attempt` (0 is the first); `random` gives 0 to 1. */
export function pause(attempt, random = Math.random) {
  const whole = Math.min(SHORTEST * 2 ** (attempt + 1), LONGEST);
  return Math.max(SHORTEST, whole * (0.5 + random() / 2));
}
