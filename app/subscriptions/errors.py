"""What is refused to a line."""

from collections.abc import Sequence

from app.core.errors import Conflict, Invalid, NotFound, Refusal
from app.core.i18n import lazy


class SamePlan(Conflict):
    code = "same_plan"
    message = lazy("The line already has this plan.")


class LineNotActive(Refusal):
    code = "line_not_active"
    message = lazy("This line is not active.")


class NumberInUse(Conflict):
    code = "number_in_use"
    message = lazy("This number belongs to another line.")


class SimInUse(Conflict):
    code = "sim_in_use"
    message = lazy("This SIM card has already been issued.")


class BadNumber(Invalid):
    code = "bad_number"
    message = lazy("This is not a number of this market.")


class BadIccid(Invalid):
    code = "bad_iccid"
    message = lazy("This is not the number of a SIM card.")


class UnknownSim(NotFound):
    code = "unknown_sim"
    message = lazy("This SIM card is not in our stock.")


class UnknownStockNumber(NotFound):
    code = "unknown_number"
    message = lazy("This number is not in our stock.")


class NoSimLeft(Conflict):
    code = "no_sim_left"
    message = lazy("There is no SIM card of this kind left in stock.")


class NoNumberLeft(Conflict):
    code = "no_number_left"
    message = lazy("There is no number left in stock.")


class KycNeeded(Refusal):
    code = "kyc_needed"
    message = lazy("We must know who the customer is first: a paper is needed.")


class NotEscalated(Conflict):
    code = "activation_not_escalated"
    message = lazy("This activation does not wait for a person.")


class ActivationOver(Conflict):
    code = "activation_over"
    message = lazy("This activation can no longer be cancelled.")


class WrongCount(Invalid):
    code = "wrong_count"

    def __init__(self, rows: int, announced: int) -> None:
        super().__init__(
            lazy(
                "Nothing was taken in: the list holds %(rows)s rows, announced were %(announced)s.",
                rows=rows,
                announced=announced,
            ),
            rows=rows,
            announced=announced,
        )


class BadRows(Invalid):
    code = "bad_rows"

    def __init__(self, rows: Sequence[str], count: int) -> None:
        super().__init__(
            lazy(
                "Nothing was taken in: %(count)s rows are not right, such as %(rows)s.",
                count=count,
                rows=", ".join(rows),
            ),
            rows=list(rows),
            count=count,
        )


class KnownRows(Conflict):
    code = "known_rows"

    def __init__(self, rows: Sequence[str], count: int) -> None:
        super().__init__(
            lazy(
                "Nothing was taken in: %(count)s rows were there before, such as %(rows)s.",
                count=count,
                rows=", ".join(rows),
            ),
            rows=list(rows),
            count=count,
        )
