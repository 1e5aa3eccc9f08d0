"""The units that a use counts."""


def increments(seconds: int, minimum: int, increment: int) -> int:
    """The units a call counts: at least `minimum`, then in whole steps of `increment`."""
    if seconds <= 0:
        return 0
    beyond = max(0, seconds - minimum)
    return minimum + -(-beyond // increment) * increment
