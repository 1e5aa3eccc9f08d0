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


class FileTooLarge(Refusal):
    code = "file_too_large"
    status = 413
    message = lazy("A file may have at most %(limit)s MB.", limit=25)


class FileTypeNotAllowed(Refusal):
    code = "file_type_not_allowed"
    status = 415
    message = lazy("Files of this type cannot be sent.")
