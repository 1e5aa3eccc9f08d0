"""Everything that rules, macros and workflows can do; one file a subject, one `Deed` an action."""

from app.automation.deeds.outside import OUTSIDE
from app.automation.deeds.owning import OWNING
from app.automation.deeds.port import Change, Deed, Doer, On
from app.automation.deeds.saying import SAYING
from app.automation.deeds.sorting import SORTING

DEEDS: dict[str, Deed] = {each.kind: each for each in (*SORTING, *OWNING, *SAYING, *OUTSIDE)}

__all__ = ["DEEDS", "Change", "Deed", "Doer", "On"]
