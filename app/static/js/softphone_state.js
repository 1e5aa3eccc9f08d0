// The agent's telephone as a pure function: what state follows which news. Nothing of the page.
// States: idle, ringing, talking, held (the customer waits, our own leg is gone until we go on).

export const IDLE = { name: "idle", caller: "", about: "", muted: false, since: 0 };

export function next(state, news) {
  switch (news.type) {
    case "ringing":
      if (state.name === "held" && state.about === news.about) return { ...state, name: "resuming" };
      return state.name === "idle" ? { ...IDLE, name: "ringing", caller: news.caller, about: news.about } : state;
    case "accepted":
      if (state.name !== "ringing" && state.name !== "resuming") return state;
      return { ...state, name: "talking", muted: false, since: state.since || news.at };
    case "muted":
      return state.name === "talking" ? { ...state, muted: news.on } : state;
    case "holding":
      return state.name === "talking" ? { ...state, name: "held", muted: false } : state;
    case "not_held":
      return state.name === "held" ? { ...state, name: "talking" } : state;
    case "left":
      return state.name === "held" ? IDLE : state;
    case "ended":
      // The leg of a held call ends because we asked for it.
      return state.name === "held" ? state : IDLE;
    default:
      return state;
  }
}

export const rings = (state) => state.name === "ringing";
export const isBusy = (state) => state.name !== "idle";

// 65 seconds are 1:05.
export function lasted(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
