"""What customers are refused."""

from app.core.errors import Conflict, Invalid
from app.core.i18n import lazy


class EmailTaken(Conflict):
    code = "email_taken"
    message = lazy("This e-mail address already belongs to a customer.")


class AddressTaken(Conflict):
    code = "address_taken"
    message = lazy("This address already belongs to another customer.")


class TooManyPapers(Invalid):
    code = "too_many_documents"
    message = lazy("At most four documents, of 8 MB at most, can be added.")


class BadDocument(Invalid):
    code = "bad_document"
    message = lazy("Only pictures (JPEG, PNG) and PDF are accepted.")


class NotAbove(Conflict):
    code = "not_above"
    message = lazy("Only a company or department of the same market can be above.")
