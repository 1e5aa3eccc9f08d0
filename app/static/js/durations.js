// Waiting times as text: 0:42, 12:05, 3 h 07. Pure.

export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// The unit of Intl.RelativeTimeFormat that says it shortest: [amount, unit], negative is the past.
export function relative(seconds) {
  const past = -Math.max(0, seconds);
  const steps = [
    [60, 1, "second"],
    [3600, 60, "minute"],
    [86400, 3600, "hour"],
    [Infinity, 86400, "day"],
  ];
  const [, size, unit] = steps.find(([limit]) => -past < limit);
  return [Math.trunc(past / size) || 0, unit];
}

// Of a promise that runs: "running", "warning" or "breached". What was missed stays missed.
export function clockState(now, warnAt, dueAt, before) {
  if (before === "breached" || now > dueAt) return "breached";
  return now >= warnAt ? "warning" : "running";
}
