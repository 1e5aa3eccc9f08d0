"""What a keyword by SMS is answered with, without the bot."""

from collections.abc import Callable
from uuid import UUID

from app.conversations.access import conversation_for
from app.conversations.models import Conversation, Verification
from app.conversations.service import proving, trying
from app.core import db, i18n
from app.core.actor import Actor
from app.core.errors import Refusal
from app.core.i18n import gettext as _
from app.identity.errors import WrongCode
from app.markets import queries as markets
from app.messaging import switch
from app.messaging.service import consent
from app.selfservice import keywords, queries
from app.selfservice.errors import NoPin
from app.selfservice.keywords import Command, Keyword
from app.selfservice.menus.money import balance_text, bill_text, pay_link, top_up, usage_text
from app.selfservice.menus.plans import plan_text
from app.selfservice.menus.safety import block
from app.selfservice.service import pins
from app.selfservice.talk import Talk
from app.subscriptions.models import Line


def command(conversation: Conversation, text: str) -> str | None:
    """The answer to a message that is a command, in the language of the conversation; else None.

    Asked before the bot is, once for each message.
    """
    found = keywords.parse(text)
    if found is None:
        return None
    number = conversation.address or ""
    line = queries.line_of(number, conversation.market_code)
    key = f"sms:{conversation.id}:{conversation.last_seq}"
    return answer(line, found, conversation=conversation, key=key)


def answer(line: Line | None, asked: Command, *, conversation: Conversation, key: str) -> str:
    """What the command says of this line, or does with it; the same `key` does it once.

    A refusal is an answer, too. None as line is a number that is none of ours.
    """
    talk = Talk(
        inbox=conversation.inbox,
        market=markets.market(conversation.market_code),
        session_id=str(conversation.id),
        step=key,
        sender=line.number if line else "",
        line=line,
        language=conversation.language,
        slots={},
        public_url=switch.public_url(),
    )
    with i18n.speaking(talk.language):
        if asked.keyword is Keyword.HELP:
            return _help(talk)
        if line is None:
            return _("We know no line of this number. Answer HELP to see what we can do.")
        try:
            return _ANSWERS[asked.keyword](talk, asked, conversation)
        except Refusal as refusal:
            return str(refusal.message)


def _help(talk: Talk) -> str:
    told = consent.help_words(talk.language, talk.inbox.name)
    if talk.line is None:
        return told
    return f"{told} " + _(
        "Send BAL for your balance, USAGE, BILL, PAY for a link to pay, PLAN, TOPUP and a voucher, "
        "BLOCK for a lost SIM, or CODE to prove that it is you. Anything else, just write."
    )


def _pay(talk: Talk) -> str:
    url, amount, number = pay_link(talk)
    shown = talk.words.money(amount)
    return _(
        "Pay %(amount)s of bill %(number)s here: %(url)s", amount=shown, number=number, url=url
    )


def _plan(talk: Talk) -> str:
    return _("You have %(plan)s.", plan=plan_text(talk))


def _top_up(talk: Talk, asked: Command, conversation: Conversation) -> str:
    if len(asked.voucher) < keywords.VOUCHER_DIGITS:
        return _("Send TOPUP, the 16 digits of your voucher and your care PIN.")
    if not asked.proof and not _is_proven(talk, conversation):
        return _how_to_prove(talk, conversation, _("TOPUP"), _("the voucher"))
    return _proven(talk, conversation, asked.proof, lambda: top_up(talk, asked.voucher))


def _block(talk: Talk, asked: Command, conversation: Conversation) -> str:
    if not asked.proof and not _is_proven(talk, conversation):
        return _how_to_prove(talk, conversation, _("BLOCK"), "")
    return _proven(talk, conversation, asked.proof, lambda: block(talk, talk.own.id, "lost"))


def _code(talk: Talk, _asked: Command, conversation: Conversation) -> str:
    sent = proving.ask(conversation.id, by=talk.actor)
    return _(
        "We have sent a code to %(to)s. Write it here within %(minutes)s minutes.",
        to=sent.to,
        minutes=sent.minutes,
    )


def _how_to_prove(talk: Talk, conversation: Conversation, word: str, between: str) -> str:
    """Her PIN, or a code; whoever has no PIN is sent one at once."""
    words = f"{word} + {between} +" if between else f"{word} +"
    if pins.has_pin(talk.customer.id):
        told = _("To confirm, send %(words)s your care PIN.", words=words)
        return told + " " + _("If you do not know it, send CODE, and we send you a code.")
    sent = proving.ask(conversation.id, by=talk.actor)
    return _("To confirm, send %(words)s the code that came to %(to)s.", words=words, to=sent.to)


def _is_proven(talk: Talk, conversation: Conversation) -> bool:
    """By a code that she wrote just now: blocks and vouchers cost nobody else anything."""
    hers = conversation.customer_id == talk.customer.id
    return hers and conversation.verification.covers(Verification.PRESENT)


def _proven(talk: Talk, conversation: Conversation, given: str, act: Callable[[], str]) -> str:
    """By the code that was sent, else by the PIN. Raises WrongCode, WrongPin, PinLocked."""
    if _is_proven(talk, conversation):
        return act()
    with db.transaction():
        tried = _try_code(talk, conversation, given)
        if tried == trying.PROVEN:
            return act()
    if tried and not pins.has_pin(talk.customer.id):
        raise WrongCode
    _prove_by_pin(talk.customer.id, given, talk.actor)
    return act()


def _try_code(talk: Talk, conversation: Conversation, given: str) -> str:
    """What came of it; empty when none is awaited here."""
    held = conversation_for(talk.actor, conversation.id, "conversations.reply", lock=True)
    if not trying.is_awaited(held):
        return ""
    return trying.give(held, given, by=talk.actor).outcome


def _prove_by_pin(customer_id: UUID, given: str, by: Actor) -> None:
    try:
        pins.prove(customer_id, given, by=by)
    except NoPin:
        raise WrongCode from None


_ANSWERS: dict[Keyword, Callable[[Talk, Command, Conversation], str]] = {
    Keyword.BALANCE: lambda talk, _asked, _conversation: balance_text(talk),
    Keyword.USAGE: lambda talk, _asked, _conversation: usage_text(talk),
    Keyword.BILL: lambda talk, _asked, _conversation: bill_text(talk),
    Keyword.PAY: lambda talk, _asked, _conversation: _pay(talk),
    Keyword.PLAN: lambda talk, _asked, _conversation: _plan(talk),
    Keyword.CODE: _code,
    Keyword.TOP_UP: _top_up,
    Keyword.BLOCK: _block,
}
