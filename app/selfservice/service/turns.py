"""One turn of a dialogue: heard once, whatever is sent twice, and answered with the next step."""

from app.conversations.models import Inbox
from app.core import i18n
from app.core.i18n import gettext as _
from app.core.secrets import keyed_hash
from app.markets import queries as markets
from app.messaging import switch
from app.selfservice import queries, sessions
from app.selfservice.errors import NotNow
from app.selfservice.menus import PAGES, walking
from app.selfservice.service import desk
from app.selfservice.sessions import Memory
from app.selfservice.talk import Talk
from channels.dialogue import DialogueChannel, Place, Step, Turn, said_after
from channels.port import Answer


def take(inbox: Inbox, turn: Turn, channel: DialogueChannel) -> Answer:
    """The answer to this turn. A copy of one that was answered gets the same answer, and does
    nothing. Raises NotNow when nothing is remembered just now, or the dialogue is another's."""
    with sessions.held(inbox.channel, f"{inbox.id}:{turn.session_id}") as memory:
        if not memory.belongs_to(turn.sender):
            raise NotNow
        known = memory.answer_to(turn.trail)
        if known is not None:
            return known
        said = _said(turn, memory)
        talk = _talk(inbox, turn, memory, aloud=channel.speaks)
        with i18n.speaking(talk.language):
            page = PAGES.get(memory.page)
            hidden = page is not None and (page.secret or not page.noted)
            chosen = walking.advance(memory, talk, said)
            if memory.proven and talk.aloud:
                desk.know(talk, memory.proven_until)
        with i18n.speaking(talk.language):
            answer = _answered(memory, talk, channel, "" if hidden else chosen)
        memory.turn += 1
        memory.keep(turn.trail, answer)
    return answer


def show(inbox: Inbox, session_id: str, sender: str, page: str, channel: DialogueChannel) -> Answer:
    """Go on with a page of ours, without a move of hers."""
    with sessions.held(inbox.channel, f"{inbox.id}:{session_id}") as memory:
        memory.page, memory.part, memory.misses = page, 0, 0
        turn = Turn(session_id, sender, "", f"{page}:{memory.turn}")
        talk = _talk(inbox, turn, memory, aloud=channel.speaks)
        with i18n.speaking(talk.language):
            answer = _answered(memory, talk, channel, "")
        memory.turn += 1
    return answer


def apology(inbox: Inbox | None, channel: DialogueChannel, *, language: str = "en") -> Answer:
    """What is said when we cannot: in words, and never as an error."""
    spoken = inbox.language if inbox else language
    with i18n.speaking(spoken):
        text = _("We cannot help you just now. Please try again in some minutes.")
    return channel.render(Step(text, spoken), Place("", 0))


def _answered(memory: Memory, talk: Talk, channel: DialogueChannel, chosen: str) -> Answer:
    step = walking.shown(memory, talk)
    parts = channel.cut(step, more=_("More"), back=_("Back"))
    memory.parts = len(parts)
    memory.part = min(memory.part, memory.parts - 1)
    memory.slots = talk.slots
    if talk.aloud and PAGES[memory.page].noted:
        desk.note(talk, chosen, PAGES[memory.page].text(talk) if step.is_end else step.text)
    return channel.render(parts[memory.part], Place(switch.webhook_of(talk.inbox), memory.turn))


def _said(turn: Turn, memory: Memory) -> str | None:
    """None for the first turn, and for one that does not go on from where we stand."""
    if not memory.page:
        return None
    if not turn.grows:
        return turn.said
    former = memory.former_of(turn.trail)
    return None if former is None else said_after(turn.trail, former)


def _talk(inbox: Inbox, turn: Turn, memory: Memory, *, aloud: bool) -> Talk:
    line = queries.line_of(turn.sender, inbox.market_code)
    if not memory.language:
        memory.language = line.customer.language if line else inbox.language
    whole = keyed_hash(f"{inbox.id}:{turn.session_id}:{turn.trail}")
    return Talk(
        inbox=inbox,
        market=markets.market(inbox.market_code),
        session_id=turn.session_id,
        step=f"self:{whole[:32]}",
        sender=turn.sender,
        line=line,
        language=memory.language,
        slots=dict(memory.slots),
        aloud=aloud,
        vouched=turn.vouched,
        public_url=switch.public_url(),
    )
