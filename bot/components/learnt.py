"""Keeps what a component has learnt, without pickles: reading a model file runs no code from it."""

from pathlib import Path
from typing import Any

import skops.io as sio

TRUSTED = ["scipy.sparse._csr.csr_matrix"]


def save(learnt: Any, path: Path) -> None:
    sio.dump(learnt, path)


def load(path: Path) -> Any:
    """What was saved; refuses a file that holds types a model of ours never has."""
    return sio.load(path, trusted=TRUSTED)
