"""What is refused to a line."""

from app.core.errors import Conflict, Invalid, Refusal
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


class PromotionTaken(Conflict):
    code = "promotion_taken"
    message = lazy("This account has already used this promotion.")
