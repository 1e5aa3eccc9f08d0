"""What messaging refuses."""

from app.core.errors import Conflict, Invalid, NotFound, Refusal, TooMany
from app.core.i18n import lazy


class NoSuchInbox(NotFound):
    code = "no_such_inbox"


class NotFromProvider(Refusal):
    """The same words for every fault, so that nobody learns how near she came."""

    code = "not_from_provider"
    status = 403
    message = lazy("This call is not from the provider.")


class AddressInUse(Conflict):
    code = "address_in_use"
    message = lazy("Another inbox has this address already.")


class SettingMissing(Invalid):
    code = "setting_missing"
    message = lazy("Something that the provider needs is missing.")


class TooManyCopies(Conflict):
    code = "too_many_copies"
    message = lazy("So many people cannot be on copy.")


class NoWayThere(Invalid):
    code = "no_way_there"
    message = lazy("The customer cannot be reached there.")


class NoMessagesTaken(Conflict):
    code = "no_messages_taken"
    message = lazy("Messages cannot be left here. Please write in the chat.")


class NoMailToHer(Conflict):
    code = "no_mail_to_her"
    message = lazy("We have no e-mail address for this.")


class TranscriptTooEarly(Conflict):
    code = "transcript_too_early"
    message = lazy("We send a transcript once a person has answered you here.")


class TranscriptsEnough(TooMany):
    code = "transcripts_enough"
    message = lazy("A transcript has left already. Please look into your mailbox.")


class NothingToRepeat(Conflict):
    code = "nothing_to_repeat"
    message = lazy("This did not fail, or it was tried again already.")


class TemplateNotApproved(Conflict):
    code = "template_not_approved"
    message = lazy("The provider has not approved this template.")


class BelongsToSomebody(Conflict):
    code = "belongs_to_somebody"
    message = lazy("This conversation belongs to a customer who signed in.")
