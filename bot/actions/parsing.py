"""Asks Rasa, which is waiting for us, what a part of a message means."""

import asyncio
import logging
import os
from typing import Any

import aiohttp

from actions.splitting import clauses_of, parts_of, says_also
from actions.titles import TITLES
from actions.turn import Turn

log = logging.getLogger(__name__)

SECONDS = 0.25 * float(os.environ.get("BOT_SECONDS", "2"))
CONFIDENT = 0.75  # of each part; docs/bot.md says what these cost and bring
CONFIDENT_OF_A_HALF = 0.6  # when the whole is torn between this and the other part's matter
CONFIDENT_OF_TWO = 0.55  # where she says that there are two
TORN = 0.1  # what the whole must give to each of the two
LONGEST = 25  # words; more are a story, with one request in it
LONGEST_OF_TWO = 45  # where she says that there are two
# What happened to her is mostly told as the reason of the request beside it, unless she says "also".
COMPLAINTS = {"network_problem", "dispute_charge", "payment_failed"}
ONE_MATTER = [
    {"list_plans", "change_plan"},
    {"payment_failed", "request_refund"},
    {"dispute_charge", "request_refund"},
    {"make_payment", "request_refund"},
    {"update_contact", "view_bill"},  # "the mail that the bill comes to"
]


async def two_requests(turn: Turn) -> list[dict[str, Any]]:
    """Both, when the message clearly holds two; else nothing."""
    parts = [] if turn.pressed_a_button else parts_of(turn.text)
    return both(await understood(turn, parts), turn.text, turn.message) if parts else []


async def the_request(turn: Turn, sure: float) -> dict[str, Any] | None:
    """The one request, as `sure` as this, among the clauses of a message that as a whole says nothing."""
    clauses = [] if turn.pressed_a_button else clauses_of(turn.text)
    heard = await understood(turn, clauses) if len(clauses) > 1 else []
    clear = [each for each in heard if is_clear(each, sure)]
    return clear[0] if len({each["intent"]["name"] for each in clear}) == 1 else None


def both(heard: list[dict[str, Any]], text: str, whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Two different matters, each clear by itself, or clear enough where the whole message says both."""
    halves, says_so = _torn_between(whole), says_also(text)
    clear: dict[str, dict[str, Any]] = {}
    for each in heard:
        is_half = each["intent"]["name"] in halves
        sure = CONFIDENT_OF_TWO if says_so else CONFIDENT_OF_A_HALF if is_half else CONFIDENT
        if is_clear(each, sure):
            clear.setdefault(each["intent"]["name"], each)
    if len(clear) != 2 or "talk_to_agent" in clear or clear.keys() in ONE_MATTER:
        return []
    if len(text.split()) > (LONGEST_OF_TWO if says_so else LONGEST):
        return []
    return list(clear.values()) if says_so or not clear.keys() & COMPLAINTS else []


def is_clear(heard: dict[str, Any], sure: float = CONFIDENT) -> bool:
    return heard["intent"]["name"] in TITLES and heard["intent"]["confidence"] >= sure


def _torn_between(whole: dict[str, Any]) -> set[str]:
    ranking = [each for each in whole.get("intent_ranking") or [] if each["name"] != "nlu_fallback"]
    likely = {each["name"] for each in ranking[:2] if each["confidence"] >= TORN}
    return likely if len(likely) == 2 else set()


async def understood(turn: Turn, texts: list[str]) -> list[dict[str, Any]]:
    """What each means by itself; nothing when Rasa cannot be asked."""
    urls = [each.strip() for each in os.environ.get("RASA_URL", "").split(",") if each.strip()]
    if not urls:
        return []
    try:
        return await _ask(f"{urls[0]}/webhooks/parsing/", texts, turn.metadata)
    except (asyncio.TimeoutError, aiohttp.ClientError, ValueError) as error:
        log.warning("conversation %s: parts not understood: %r", turn.conversation_id, error)
        return []


async def _ask(url: str, texts: list[str], metadata: dict[str, Any]) -> list[dict[str, Any]]:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:

        async def one(text: str) -> dict[str, Any]:
            async with session.post(url, json={"text": text, "metadata": metadata}) as response:
                response.raise_for_status()
                return dict(await response.json())

        return list(await asyncio.gather(*map(one, texts)))
