"""Python's garbage collection, in processes that live long."""

import gc


def settle() -> None:
    """What was made by now is there for good and never looked at again; a full collection, which
    holds up everybody in the process for a third of a second, comes seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
