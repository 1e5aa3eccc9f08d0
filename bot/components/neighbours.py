"""What messages like this one meant: a vote of the nearest examples that were learnt from."""

from pathlib import Path

import numpy as np

from components.graphs import products

NEAREST = 40
SHARPNESS = 10.0  # how much more a nearer one counts
KEPT = ("middle", "apart", "examples", "meanings", "intents")


class Neighbours:
    """Examples by their vectors, whatever language they are in.

    The few directions in which languages lie apart are taken out of every vector, so that a Spanish message
    finds its likes among the English and Portuguese ones too.
    """

    def fit(self, vectors: np.ndarray, intents: list[str], languages: list[str]) -> "Neighbours":
        self.intents, meanings = np.unique(intents, return_inverse=True)
        self.meanings = meanings.astype(np.uint8)
        self.middle = vectors.mean(0)
        spoken = np.array(languages)
        middles = np.stack([vectors[spoken == each].mean(0) for each in np.unique(spoken)])
        self.apart = np.linalg.svd(middles - middles.mean(0), full_matrices=False)[2][: len(middles) - 1]
        self.examples = self._placed(vectors).astype(np.float16)
        return self._ready()

    def chances(self, vectors: np.ndarray) -> np.ndarray:
        """One row a vector, one column an intent."""
        return np.stack([self._votes(likeness) for likeness in self._likeness(self._placed(vectors))])

    def _votes(self, likeness: np.ndarray) -> np.ndarray:
        some = min(NEAREST, len(likeness))
        nearest = np.argpartition(likeness, -some)[-some:]
        votes = np.exp(SHARPNESS * (likeness[nearest] - likeness[nearest].max()))
        told = np.bincount(self.meanings[nearest], votes, len(self.intents))
        return told / told.sum()

    def _placed(self, vectors: np.ndarray) -> np.ndarray:
        moved = vectors - self.middle
        moved = moved - moved @ self.apart.T @ self.apart
        return (moved / (np.linalg.norm(moved, axis=1, keepdims=True) + 1e-9)).astype(np.float32)

    def _ready(self) -> "Neighbours":
        self._likeness = products(self.examples.astype(np.float32))
        return self

    def save(self, path: Path) -> None:
        """Numbers and words alone, so that reading them runs no code. `path` ends in .npz."""
        np.savez_compressed(path, **{name: getattr(self, name) for name in KEPT})

    def restore(self, path: Path) -> "Neighbours":
        with np.load(path, allow_pickle=False) as kept:
            for name in KEPT:
                setattr(self, name, kept[name])
        return self._ready()
