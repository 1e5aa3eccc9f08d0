"""What data protection refuses."""

from app.core.errors import Refusal
from app.core.i18n import lazy


class UnderLegalHold(Refusal):
    code = "under_legal_hold"
    status = 409
    message = lazy("An order forbids to erase anything of this customer.")


class StillCustomer(Refusal):
    code = "still_customer"
    status = 409
    message = lazy("There are still lines that are not closed, or bills that are not paid.")


class AlreadyAsked(Refusal):
    code = "already_asked"
    status = 409
    message = lazy("This was asked for already and waits.")


class RequestDecided(Refusal):
    code = "request_decided"
    status = 409
    message = lazy("Somebody has decided about this already.")


class SecondPersonNeeded(Refusal):
    code = "second_person_needed"
    status = 403
    message = lazy("Somebody else must agree to what you asked for.")


class ReasonNeeded(Refusal):
    code = "reason_needed"
    status = 400
    message = lazy("Say why.")


class NotReady(Refusal):
    code = "not_ready"
    status = 409
    message = lazy("The file is not ready, or was fetched already.")
