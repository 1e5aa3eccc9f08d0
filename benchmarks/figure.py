"""One measured figure beside its reference, as a JSON line."""

import json
import os
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`reference` was measured in the same run, in the same unit."""

    figure: str
    value: float
    unit: str
    reference: float
    details: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        told = {
            "figure": self.figure,
            "value": round(self.value, 2),
            "unit": self.unit,
            "reference": round(self.reference, 2),
            "ratio": round(self.value / self.reference, 2) if self.reference else None,
            **self.details,
            "machine_load": round(os.getloadavg()[0], 1),
        }
        return json.dumps(told, ensure_ascii=False)
