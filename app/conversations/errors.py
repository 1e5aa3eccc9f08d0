"""What conversations refuse."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, SignInNeeded
from app.core.i18n import lazy


class BadIdentity(SignInNeeded):
    code = "bad_identity"
    message = lazy("We could not confirm who you are. Please sign in again.")


class UnknownInbox(NotFound):
    code = "unknown_inbox"


class OriginNotAllowed(Forbidden):
    code = "origin_not_allowed"
    message = lazy("This chat may not be used on this website.")


class WidgetSessionEnded(SignInNeeded):
    code = "widget_session_ended"
    message = lazy("This chat has ended. Please open it again.")


class IntroductionNeeded(Invalid):
    code = "introduction_needed"
    message = lazy("Please fill in the form first.")


class EmptyMessage(Invalid):
    code = "empty_message"
    message = lazy("Write something first.")


class MessageTooLong(Invalid):
    code = "message_too_long"
    message = lazy("A message has at most %(limit)s characters.", limit=4000)


class UnreadableMessage(Invalid):
    code = "unreadable_message"
    message = lazy("This message holds characters we cannot read.")


class NotYourConversation(Conflict):
    code = "not_your_conversation"
    message = lazy("Accept the conversation before you reply.")


class AnsweredMeanwhile(Conflict):
    """A colleague's answer that the sender has not seen; the message names her. Held back, until it
    is sent again knowing of it."""

    code = "answered_meanwhile"

    def __init__(self, name: str, seq: int) -> None:
        words = lazy(
            "%(name)s has answered meanwhile. Please look before you send this.", name=name
        )
        super().__init__(words, name=name, seq=seq)


class SomebodyAnswers(Conflict):
    """A colleague is writing an answer; the message names her."""

    code = "somebody_answers"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("%(name)s is answering. Send this anyway?", name=name), name=name)


class DraftGone(NotFound):
    """Said alike of one that never was, and of one that is not shared with her."""

    code = "draft_gone"
    message = lazy("This draft has been sent or taken over already.")


class CannotSeeThis(Invalid):
    """Said alike of who is not there and of who must not know."""

    code = "cannot_see_this"
    message = lazy("Only colleagues who may see this conversation can be mentioned.")


class ConversationNotWithBot(Conflict):
    code = "conversation_not_with_bot"
    message = lazy("A person has this conversation.")


class NotWithPerson(Conflict):
    code = "not_with_person"
    message = lazy("No person has this conversation.")


class NotResolved(Conflict):
    code = "not_resolved"
    message = lazy("This conversation is not finished yet.")


class AlreadyResolved(Conflict):
    code = "already_resolved"
    message = lazy("This conversation is finished already.")


class AlreadyRated(Conflict):
    code = "already_rated"
    message = lazy("You have rated this conversation already. Thank you!")


class AlreadyProven(Conflict):
    code = "already_proven"
    message = lazy("We know already that it is this customer.")


class NumberNeeded(Invalid):
    code = "number_needed"
    message = lazy("To which number should the code go?")


class NoWayToProve(Conflict):
    code = "no_way_to_prove"
    message = lazy("There is no number or mail address to which a code could go.")


class FileTooLarge(Refusal):
    code = "file_too_large"
    status = 413
    message = lazy("A file may have at most %(limit)s MB.", limit=25)


class FileTypeNotAllowed(Refusal):
    code = "file_type_not_allowed"
    status = 415
    message = lazy("Files of this type cannot be sent.")


class UnknownVariable(Invalid):
    """Nothing is filled in for `{name}`."""

    code = "unknown_variable"

    def __init__(self, name: str) -> None:
        super().__init__(lazy("Nothing is called {%(name)s}.", name=name[:40]), variable=name[:40])


class NoSuchReply(NotFound):
    code = "no_such_reply"
    message = lazy("There is no prepared reply of this name.")


class BadShortcut(Invalid):
    code = "bad_shortcut"
    message = lazy("A shortcut is at most 40 small letters, digits and hyphens.")
