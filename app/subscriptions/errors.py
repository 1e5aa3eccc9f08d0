"""What is refused to a line."""

from collections.abc import Sequence

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from app.core.i18n import lazy


class ManagerNeeded(Forbidden):
    code = "manager_needed"
    message = lazy("What a company pays for is changed by a manager. Please hand it over.")


class SamePlan(Conflict):
    code = "same_plan"
    message = lazy("The line already has this plan.")


class LineNotActive(Refusal):
    code = "line_not_active"
    message = lazy("This line is not active.")


class LineDisconnected(LineNotActive):
    """Details: `rule` is why it left, as in models.Leaving."""

    code = "line_disconnected"
    message = lazy("This line has been disconnected for good.")


class LinePorted(LineNotActive):
    code = "line_ported"
    message = lazy("This number has moved to another operator.")


class LineBlocked(LineNotActive):
    """Details: `rule` is the reason of the block."""

    code = "line_blocked"
    message = lazy("This line is blocked, so this cannot be done now.")


class NoSim(LineNotActive):
    """Details: `rule` is the service that needs none."""

    code = "no_sim"
    message = lazy("This line has no SIM card.")


class LineLeaving(Conflict):
    """Details: `rule` is why it leaves."""

    code = "line_leaving"
    message = lazy("This line is about to be disconnected.")


class PlanInForce(Conflict):
    code = "plan_in_force"
    message = lazy("The line has a plan already.")


class BackDated(Invalid):
    code = "back_dated"
    message = lazy("This cannot begin in the past.")


class ChangeNotPending(Conflict):
    code = "change_not_pending"
    message = lazy("This change has been made or cancelled already.")


class ChangeScheduled(Conflict):
    code = "change_scheduled"
    message = lazy("Another change of plan is scheduled for this line. Cancel it first.")


class NotThisBlock(Forbidden):
    """Details: `rule` is the reason."""

    code = "not_this_block"
    message = lazy("This kind of block is not yours to place or lift.")


class NotShareable(Refusal):
    code = "not_shareable"
    message = lazy("The plan of this line cannot be shared.")


class FamilyFull(Conflict):
    code = "family_full"
    message = lazy("The plan is shared with as many lines as it allows.")


class InAnotherFamily(Conflict):
    code = "in_another_family"
    message = lazy("This line shares another plan already.")


class ApprovalNeeded(Conflict):
    code = "approval_needed"
    message = lazy("Your company wants a manager to approve this. Ask for it on the page of plans.")


class NoApprovalNeeded(Invalid):
    code = "no_approval_needed"
    message = lazy("Nobody has to approve this: you can change the plan yourself.")


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = lazy("This request has been decided or has expired.")


class OwnRequest(Forbidden):
    code = "own_request"
    message = lazy("Nobody decides on a request of their own.")


class NotPending(Conflict):
    code = "not_pending"
    message = lazy("This has been carried out or taken back already.")


class ProofNeeded(Invalid):
    code = "proof_needed"
    message = lazy("Please say where the proof is kept.")


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


class NotTransferable(Refusal):
    """Details: `rule` is what is against it."""

    code = "not_transferable"
    message = lazy("This line cannot move to another account now.")


class TransferUnderWay(Conflict):
    code = "transfer_under_way"
    message = lazy("This line is on its way to another account already.")
