"""The net itself: pieces in, a vector out."""

from collections.abc import Callable, Sequence

import numpy as np

from components.e5.packed import Packed, weights_of
from components.graphs import FUSED, ZERO, Graph, in_bytes


class Net:
    """Twelve layers of attention; the mean of what comes out for each piece is the sentence's vector."""

    def __init__(self, packed: Packed) -> None:
        width = packed.shape.width
        self._shape = packed.shape
        self._words = packed.blocks("emb.word", width)
        self._places = packed.numbers("emb.pos").reshape(-1, width) + packed.numbers("emb.type")[:width]
        self._gain, self._shift = packed.numbers("emb.ln.w"), packed.numbers("emb.ln.b")
        self._layers = _layers(packed)

    def vector(self, pieces: Sequence[int]) -> np.ndarray:
        """Of length one."""
        read = pieces[: self._shape.longest]
        told = self._layers(self._put_in(read)[None])[0].mean(0)
        return told / np.linalg.norm(told)

    def _put_in(self, pieces: Sequence[int]) -> np.ndarray:
        """What stands for each piece at its place, normed."""
        rows = weights_of(self._words[list(pieces)]) + self._places[: len(pieces)]
        rows -= rows.mean(1, keepdims=True)
        return rows / np.sqrt(rows.var(1, keepdims=True) + self._shape.smallest) * self._gain + self._shift


def _layers(packed: Packed) -> Callable[[np.ndarray], np.ndarray]:
    """A function of rows: sentences × pieces × width."""
    graph = Graph(*[["sentences", "pieces", packed.shape.width]] * 2)
    rows = "given"
    for number in range(packed.shape.layers):
        rows = _Layer(graph, packed, f"l{number}.").of(rows)
    return graph.ready(rows)


class _Layer:
    def __init__(self, graph: Graph, packed: Packed, name: str) -> None:
        self._graph = graph
        self._packed = packed
        self._name = name

    def of(self, rows: str) -> str:
        width, inner = self._packed.shape.width, self._packed.shape.inner
        attended = self._normed("aln", self._linear(self._attention(rows), width, "ao"), rows)
        (bent,) = self._graph.step("Gelu", self._linear(attended, width, "fi"), domain=FUSED)
        return self._normed("oln", self._linear(bent, inner, "fo"), attended)

    def _attention(self, rows: str) -> str:
        asked = self._linear(rows, self._packed.shape.width, "q", "k", "v")
        parts = self._graph.step("Split", asked, outputs=3, axis=2, num_outputs=3)
        heads = self._packed.shape.heads
        (told,) = self._graph.step("MultiHeadAttention", *parts, domain=FUSED, num_heads=heads)
        return told

    def _linear(self, rows: str, width: int, *names: str) -> str:
        """Of several tables, one beside the other. Rows are brought into eight bits as they come."""
        weights = np.vstack(
            [weights_of(self._packed.blocks(f"{self._name}{each}.w", width)) for each in names]
        )
        bias = np.concatenate([self._packed.numbers(f"{self._name}{each}.b") for each in names])
        numbers, scales = in_bytes(weights)
        tables = numbers.T, scales, np.full(len(scales), ZERO, np.uint8), bias
        (told,) = self._graph.step(
            "DynamicQuantizeMatMul", rows, *map(self._graph.table, tables), domain=FUSED
        )
        return told

    def _normed(self, name: str, rows: str, before: str) -> str:
        tables = [self._graph.table(self._packed.numbers(f"{self._name}{name}.{part}")) for part in "wb"]
        smallest = self._packed.shape.smallest
        (told,) = self._graph.step(
            "SkipLayerNormalization", rows, before, *tables, domain=FUSED, epsilon=smallest
        )
        return told
