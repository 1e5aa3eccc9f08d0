"""What a period leaves to the next: units left over, or a debt where overage is carried on."""


def rolled_over(left: int, *, minimum: int, maximum: int) -> int:
    """At least `minimum`, at most `maximum` units. Doing it again to the result changes nothing."""
    return min(maximum, max(minimum, left))


def brought(left: int, *, minimum: int, maximum: int) -> int:
    """What the next period begins with besides its own units; `left` below zero is a debt."""
    return left if left < 0 else rolled_over(left, minimum=minimum, maximum=maximum)
