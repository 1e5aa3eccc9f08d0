"""Draws what is taken for what. In bot/: python -m measuring.picture MODEL PNG"""

import asyncio
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

from measuring.heard import OWN, Heard, hear, read

mpl.use("Agg")


def draw(heard: list[Heard], threshold: float, path: Path) -> None:
    """Rows are what was meant, columns what it was taken for; shares of a row, in per cent."""
    from matplotlib import pyplot as plt

    names = sorted({one.intent for one in heard})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for one in heard:
        counts[place[one.intent], place.get(one.taken_for(threshold), place["out_of_scope"])] += 1
    shares = 100 * counts / counts.sum(1, keepdims=True)
    figure, axes = plt.subplots(figsize=(11, 10))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row, column in zip(*np.nonzero(shares)):
        colour = "white" if shares[row, column] > 55 else "black"
        axes.text(
            column, row, f"{shares[row, column]:.0f}", ha="center", va="center", fontsize=7, color=colour
        )
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("taken for")
    axes.set_ylabel("meant")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    from evaluate import configured_threshold

    model, path = sys.argv[1:]
    draw(asyncio.run(hear(model, read(OWN))), configured_threshold(), Path(path))


if __name__ == "__main__":
    main()
