"""What a task is: one intent's work."""

from collections.abc import Mapping, Sequence

from actions.app_client import Answer
from actions.same_number import asks_for_the_same
from actions.tasks.question import Answers, Question
from actions.turn import Turn


class Task:
    """Asks its questions in order, then proposes (`kind`) or, without a kind, tells.

    `asks_again` names, by the code of a refusal to propose, the slot to ask anew: the refusal's
    sentence is said first. `akin` are intents that its answers are easily taken for, so that they are
    first looked at as answers. `confirm` and `done` are responses that get `sentence`.

    What she asks of what was told or done last, by its kind (`components.replies`): `asked_on` are
    responses, `leads_to` are tasks that know, `told_again` is what telling it once more answers.
    """

    intent: str
    questions: Sequence[Question] = ()
    kind: str = ""
    asks_again: Mapping[str, str] = {}
    akin: Sequence[str] = ()
    changes = False  # something that she has: "change it" is a yes to it
    told_of_others = True  # what was told may then be asked of another line: "y la otra?"
    asked_on: Mapping[str, str] = {}
    leads_to: Mapping[str, str] = {}
    told_again: Sequence[str] = ()
    confirm = "utter_confirm"
    done = "utter_done"

    def ends_in(self, answers: Answers) -> str:
        """The kind of proposal these answers lead to; none when it is only told."""
        return self.kind

    @property
    def only_tells(self) -> bool:
        """It changes nothing, whatever the answers: at worst it is left."""
        return not self.kind and type(self).ends_in is Task.ends_in

    async def begins(self, turn: Turn) -> bool:
        """Whether to begin at all; who is not let in has been answered here."""
        return True

    def gives_way(self, turn: Turn) -> bool:
        """Whether a task that is akin is wanted in the place of this one, for the same line."""
        return False

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """Whether she agrees to the proposal in words of this task, besides a plain yes."""
        return False

    def doubts(self, turn: Turn, answers: Answers) -> bool:
        """Whether what seems a yes says that she takes the proposal for another thing, so that she is asked
        once more."""
        return False

    def speaks_beside(self, turn: Turn) -> bool:
        """Whether it is for `aside` alone, so that what she names with it answers and corrects nothing."""
        return False

    def comes_first(self, turn: Turn, answers: Answers) -> bool:
        """Whether it is too urgent to be put aside for what she asks."""
        return False

    def amends(self, turn: Turn, answers: Answers) -> bool:
        """Whether what seems to leave the proposal wants only another, in words of this task."""
        return False

    def aside(self, turn: Turn) -> str:
        """The response, or the ready sentence, to what she asks beside the open question, where it is no
        matter of its own."""
        return "utter_number_stays" if asks_for_the_same(turn) else ""

    async def answers_beside(self, turn: Turn, answers: Answers) -> bool:
        """The same where the application must be asked: whether it was answered, in the middle of it or once
        it was told or done."""
        return False

    def says_of(self, asked: str, answers: Answers) -> str:
        """The response to a question about what was proposed, told or done, by its kind."""
        return self.asked_on.get(asked, "")

    def says_before(self, asked: str, answers: Answers) -> str:
        """The same before it is done: what was done says more."""
        return self.says_of(asked, answers)

    def leads(self, asked: str, answers: Answers) -> str:
        """The task that knows what is asked of it; empty where this one does."""
        return self.leads_to.get(asked, "")

    def wants_more(self, turn: Turn) -> bool:
        """Whether a question after all was told wants it done in another way."""
        return False

    def asks_anew(self, turn: Turn, answers: Answers) -> str:
        """The slot that she answers only now, after all was told: "I have the phone, give me the SIM"."""
        return ""

    def may_be_left(self, asking: str, answers: Answers) -> bool:
        """Whether a no, in any words, to this question is one to the whole."""
        return True

    def stopped(self, answers: Answers) -> str:
        """The response to her leaving it in the middle."""
        return "utter_unchanged"

    def refused(self, turn: Turn, answers: Answers) -> None:
        """After a refusal was explained, and ended it: what is to be remembered for the next message."""

    async def goes_on(self, turn: Turn, answers: Answers) -> bool:
        """After a proposal was done: whether there is more to ask, now that `answers` say so."""
        return False

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        """What the proposal is asked with."""
        return dict(answers)

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """For a task without a kind: ask the application and speak."""
        raise NotImplementedError
