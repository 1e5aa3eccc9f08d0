"""What a keyword by SMS is answered with, without the bot."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from app.conversations.models import Conversation
from app.core import clock, db, i18n
from app.core.actor import Actor
from app.core.errors import Refusal
from app.core.i18n import gettext as _
from app.identity import codes
from app.identity.errors import WrongCode
from app.identity.models import OneTimeCode
from app.markets import queries as markets
from app.messaging import switch
from app.selfservice import keywords, queries
from app.selfservice.errors import NoPin
from app.selfservice.keywords import Command, Keyword
from app.selfservice.menus.money import balance_text, bill_text, pay_link, top_up, usage_text
from app.selfservice.menus.plans import plan_text
from app.selfservice.menus.safety import block
from app.selfservice.service import pins
from app.selfservice.talk import Talk
from app.subscriptions.models import Line

PURPOSE = "sms_command"


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
            return _ANSWERS[asked.keyword](talk, asked)
        except Refusal as refusal:
            return str(refusal.message)


def _help(talk: Talk) -> str:
    if talk.line is None:
        return _("%(name)s: write to us here, and a person answers you.", name=talk.inbox.name)
    return _(
        "Send BAL for your balance, USAGE, BILL, PAY for a link to pay, PLAN, TOPUP and a voucher, "
        "or BLOCK for a lost SIM. Anything else, just write."
    )


def _pay(talk: Talk, _asked: Command) -> str:
    url, amount, number = pay_link(talk)
    shown = talk.words.money(amount)
    return _(
        "Pay %(amount)s of bill %(number)s here: %(url)s", amount=shown, number=number, url=url
    )


def _plan(talk: Talk, _asked: Command) -> str:
    return _("You have %(plan)s.", plan=plan_text(talk))


def _top_up(talk: Talk, asked: Command) -> str:
    if len(asked.voucher) < keywords.VOUCHER_DIGITS:
        return _("Send TOPUP, the 16 digits of your voucher and your care PIN.")
    if not asked.proof:
        return _how_to_prove(talk, _("TOPUP"), _("the voucher"))
    return _proven(talk, asked.proof, lambda: top_up(talk, asked.voucher))


def _block(talk: Talk, asked: Command) -> str:
    if not asked.proof:
        return _how_to_prove(talk, _("BLOCK"), "")
    return _proven(talk, asked.proof, lambda: block(talk, talk.own.id, "lost"))


def _how_to_prove(talk: Talk, word: str, between: str) -> str:
    """Her PIN; whoever has none gets a code by SMS."""
    words = f"{word} + {between} +" if between else f"{word} +"
    if pins.has_pin(talk.customer.id):
        return _("To confirm, send %(words)s your care PIN.", words=words)
    codes.issue(
        talk.customer.id,
        PURPOSE,
        talk.own.id,
        by=talk.actor,
        channel="sms",
        address=talk.own.number,
    )
    return _("To confirm, send %(words)s the code that we send you now.", words=words)


def _proven(talk: Talk, proof: str, act: Callable[[], str]) -> str:
    """By the code that was sent, else by the PIN. Raises WrongCode, WrongPin, PinLocked."""
    code_id = _live_code(talk.customer.id, talk.own.id)
    if code_id is None:
        _prove_by_pin(talk.customer.id, proof, talk.actor)
        return act()
    try:
        codes.attempt(
            code_id, proof, owner_id=talk.customer.id, purpose=PURPOSE, object_id=talk.own.id
        )
    except WrongCode:
        if not pins.has_pin(talk.customer.id):
            raise
        pins.prove(talk.customer.id, proof, by=talk.actor)
        return act()
    with db.transaction():
        codes.spend(code_id)
        return act()


def _prove_by_pin(customer_id: UUID, proof: str, by: Actor) -> None:
    try:
        pins.prove(customer_id, proof, by=by)
    except NoPin:
        raise WrongCode from None


def _live_code(customer_id: UUID, line_id: UUID) -> UUID | None:
    query = select(OneTimeCode.id).where(
        OneTimeCode.owner_id == customer_id,
        OneTimeCode.purpose == PURPOSE,
        OneTimeCode.object_id == line_id,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > clock.now(),
    )
    return db.session.scalar(query.order_by(OneTimeCode.issued_at.desc()).limit(1))


_ANSWERS: dict[Keyword, Callable[[Talk, Command], str]] = {
    Keyword.BALANCE: lambda talk, _asked: balance_text(talk),
    Keyword.USAGE: lambda talk, _asked: usage_text(talk),
    Keyword.BILL: lambda talk, _asked: bill_text(talk),
    Keyword.PAY: _pay,
    Keyword.PLAN: _plan,
    Keyword.TOP_UP: _top_up,
    Keyword.BLOCK: _block,
}
