// Adds up what goes on in a reader's markets, part by part. Pure.

const COUNTS = [
  "waiting", "with_bot", "with_agents", "resolved", "handed_over", "met_by_bot", "kept_by_bot",
  "accepted", "in_time", "late", "points", "ratings", "overdue", "soon",
];

const share = (part, whole) => (whole ? part / whole : null);

function channelsOf(parts) {
  const sums = new Map();
  for (const part of parts) {
    for (const [name, row] of Object.entries(part.channels)) {
      const sum = sums.get(name) ?? { name, waiting: 0, with_bot: 0, with_agents: 0 };
      for (const key of ["waiting", "with_bot", "with_agents"]) sum[key] += row[key];
      sums.set(name, sum);
    }
  }
  return [...sums.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

export function summed(parts, mostAtRisk = 12) {
  const sum = Object.fromEntries(COUNTS.map((name) => [name, parts.reduce((all, part) => all + part[name], 0)]));
  const agents = new Map(parts.flatMap((part) => part.agents).map((agent) => [agent.id, agent]));
  const longest = parts.map((part) => part.longest_since).filter(Boolean).sort();
  return {
    ...sum,
    longest_since: longest[0] ?? null,
    service_level: share(sum.in_time, sum.accepted + sum.late),
    containment: share(sum.kept_by_bot, sum.met_by_bot),
    rating: share(sum.points, sum.ratings),
    channels: channelsOf(parts),
    agents: [...agents.values()].sort((one, other) => other.open - one.open || (one.name < other.name ? -1 : 1)),
    at_risk: parts.flatMap((part) => part.at_risk).sort((one, other) => (one.due_at < other.due_at ? -1 : 1)).slice(0, mostAtRisk),
    markets: parts
      .filter((part) => part.waiting || part.with_bot || part.with_agents)
      .map(({ market, waiting, with_agents, with_bot }) => ({ name: market, waiting, with_agents, with_bot })),
  };
}
