"""What tickets refuse."""

from collections.abc import Sequence

from app.conversations.errors import CannotSeeThis
from app.core.errors import Conflict, Invalid
from app.core.i18n import lazy


class AlreadyAccepted(Conflict):
    """Somebody was faster; the message names them."""

    code = "already_accepted"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("%(name)s took it.", name=name), name=name)


class OfferedElsewhere(Conflict):
    """It is held out to somebody, who has half a minute to answer."""

    code = "offered_elsewhere"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("It is being offered to %(name)s.", name=name), name=name)


class NotOffered(Conflict):
    code = "not_offered"
    message = lazy("This is not offered to you any more.")


class TicketNotOpen(Conflict):
    code = "ticket_not_open"
    message = lazy("This ticket is not open any more.")


class TicketNotYours(Conflict):
    code = "ticket_not_yours"
    message = lazy("This ticket belongs to somebody else.")


class CannotSeeTicket(CannotSeeThis):
    message = lazy("Only colleagues who may see this ticket can be mentioned.")


class TicketStillOpen(Conflict):
    code = "ticket_still_open"
    message = lazy("This ticket is open already.")


class TicketIsMerged(Conflict):
    code = "ticket_merged"
    message = lazy("This ticket has become part of another one.")


class CannotTakeTickets(Invalid):
    code = "cannot_take_tickets"
    message = lazy("This person cannot take this ticket.")


class NoSuchTime(Invalid):
    code = "no_such_time"
    message = lazy("Write times as 3d, 4h 30m or 90s, up to a year.")


class PolicyPromisesNothing(Invalid):
    code = "policy_promises_nothing"
    message = lazy("A policy needs a time for at least one goal and priority.")


class RuleInUse(Conflict):
    """`name` is a policy that names it."""

    code = "rule_in_use"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("The policy %(name)s still uses this.", name=name), name=name)


class CalendarInUse(Conflict):
    """`name` is a team that works by it."""

    code = "calendar_in_use"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("The team %(name)s still works by this.", name=name), name=name)


class RuleChanged(Conflict):
    """Somebody else changed it after this screen was opened."""

    code = "rule_changed"
    message = lazy("Somebody changed this in the meantime. Please look at it again.")


class FieldNotValid(Invalid):
    """What was entered into one of the operator's own fields; the message names it."""

    code = "field_not_valid"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("Please check the field “%(name)s”.", name=name), name=name)


class FieldsMissing(Invalid):
    """The operator wants these filled in first; the message names them."""

    code = "fields_missing"
    status = 422

    def __init__(self, names: Sequence[str]) -> None:
        listed = ", ".join(names)
        super().__init__(lazy("Please fill in first: %(names)s.", names=listed), names=list(names))


class ReasonNeeded(Invalid):
    """Impact and urgency give another priority."""

    code = "reason_needed"
    message = lazy("Please say why the priority shall be another one.")


class CircularParent(Conflict):
    code = "circular_parent"
    message = lazy("It cannot be below itself.")


class NotTheSameCustomer(Conflict):
    code = "not_the_same_customer"
    message = lazy("These tickets are of different customers.")


class CannotMerge(Conflict):
    code = "cannot_merge"
    message = lazy("Only two open tickets can become one.")


class AlreadyUndone(Conflict):
    code = "already_undone"
    message = lazy("This was undone already.")


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    message = lazy("It is too late to undo this.")


class TooManyAtOnce(Invalid):
    """The message names how many may be."""

    code = "too_many_at_once"

    def __init__(self, most: int) -> None:
        super().__init__(lazy("At most %(most)s at once, please.", most=most), most=most)


class CategoryTaken(Conflict):
    code = "category_in_use"
    message = lazy("There is a category of this name here already.")


class StateTaken(Conflict):
    """One to one: a state of TMF621 has one status for each type."""

    code = "state_taken"
    message = lazy("Another status of this type means the same state already.")


class StatusDoesNotFit(Invalid):
    code = "status_does_not_fit"
    message = lazy("This status does not fit here.")


class TooManyHere(Invalid):
    code = "too_many"
    message = lazy("There are too many already.")


class OutageDeclared(Conflict):
    code = "outage_declared"
    message = lazy("A disturbance of this service there was declared already.")


class OutageOver(Conflict):
    code = "outage_over"
    message = lazy("This disturbance is over.")


class NobodyIsHit(Conflict):
    code = "nobody_is_hit"
    message = lazy("There is nobody to do this to.")


class AboveCreditLimit(Invalid):
    """The message names what a market gives at most."""

    code = "above_credit_limit"
    status = 422

    def __init__(self, most: str) -> None:
        super().__init__(lazy("At most %(most)s can be given for a disturbance.", most=most))


class BadTag(Invalid):
    code = "bad_tag"
    message = lazy("A tag is at most 40 letters, digits and hyphens.")
