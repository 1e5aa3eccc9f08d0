"""The small one, the middle one, the big one, of what is told cheapest first."""

from actions.plain import words

SMALL = words(
    "small smaller smallest little chico chica chiquito chiquita pequeno pequena menor mini minimo minima"
)
CHEAP = words("cheap cheaper cheapest least barato barata baratito baratita baratinho baratinha economico")
LITTLE = SMALL | CHEAP
MIDDLE = words("middle medium medio mediano mediana meio intermedio intermediario between enmedio")
BIG = words("big bigger large larger grande expensive caro cara")
BIGGEST = words("biggest largest most mayor maior grandote")
_SIZES = {"little": LITTLE, "middle": MIDDLE, "much": BIGGEST}


def size_of(text: str) -> str:
    """`little`, `middle` or `much`; empty where she names none of them, or two. Of more than two none is
    just big."""
    said = words(text)
    found = [name for name, called in _SIZES.items() if called & said]
    return found[0] if len(found) == 1 else ""
