"""How a set of times lies: the middle and the tail."""

from collections.abc import Sequence


def percentile(times: Sequence[float], share: float) -> float:
    """The value that this share of `times` does not exceed; 0 of nothing."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds at p50, p95, p99 and the worst."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(percentile(seconds, each) * 1000, 1) for name, each in shares.items()}
