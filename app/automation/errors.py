"""What automation refuses."""

from collections.abc import Sequence

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import lazy


class Wrong(Invalid):
    """Something that was written cannot be kept: every reason is told, in `problems`."""

    code = "wrong_automation"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems), problems=list(problems))
        self.problems = list(problems)


class ChangedMeanwhile(Conflict):
    code = "changed_meanwhile"
    message = lazy("Somebody has changed this meanwhile. Please look at it again.")


class NoTicket(Invalid):
    code = "no_ticket"
    message = lazy("There is no ticket to do this to.")


class NoTalk(Invalid):
    code = "no_talk"
    message = lazy("There is no conversation to say this in.")


class NobodyThere(Conflict):
    code = "nobody_there"
    message = lazy("Nobody of this team takes tickets now.")


class ReplyIsGone(NotFound):
    code = "reply_is_gone"
    message = lazy("This prepared reply is gone.")


class NobodyToTell(NotFound):
    code = "nobody_to_tell"
    message = lazy("There is nobody to tell.")


class WorkflowIsGone(NotFound):
    code = "workflow_is_gone"
    message = lazy("This workflow is gone, or switched off.")


class UnderWay(Conflict):
    code = "under_way"
    message = lazy("This workflow is under way for this ticket already.")


class NotAsked(Conflict):
    code = "not_asked"
    message = lazy("This is decided already.")


class NotYoursToDecide(Forbidden):
    code = "not_yours_to_decide"
    message = lazy("Somebody else must decide this.")
