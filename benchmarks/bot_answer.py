"""bot_answer: from the customer's words to the bot's on her socket, one question at a time.

Reference: Rasa's own answer over REST to the same words, in other conversations of hers.
"""

import time
from collections.abc import Iterator

import httpx

from app.customers import queries
from app.customers.models import Customer
from app.demo import botroom
from benchmarks import people
from benchmarks.figure import Figure
from benchmarks.load.generator import load_generator
from benchmarks.spread import percentile, spread
from benchmarks.stage import Stage

DAYS = 40
ROUNDS = 4
TEXTS = {
    "valeria@example.com": (
        "¿cuánto saldo tengo?",
        "¿cuántos gigas me quedan?",
        "¿qué plan tengo?",
        "¿qué planes hay?",
        "gracias",
    ),
    "joao@example.com": (
        "qual o valor da minha fatura?",
        "quantos dados eu ainda tenho?",
        "qual é o meu plano?",
        "quando vence minha conta?",
        "obrigado",
    ),
    "priya@example.com": (
        "how much data is left?",
        "how much is my bill?",
        "what plan am I on?",
        "which plans do you have?",
        "thank you",
    ),
}


def measure(stage: Stage) -> Iterator[Figure]:
    stage.stack.model = botroom.train()
    stage.run("web", "sockets", "worker", "world", "actions", "rasa")
    ours: list[float | None] = []
    said: list[str] = []
    theirs: list[float] = []
    for email, texts in TEXTS.items():
        customer = queries.by_email(email)
        assert customer is not None, email
        asked = list(texts) * ROUNDS
        said += asked
        ours += _ask_here(stage, customer, asked)
        theirs += _ask_rasa(stage, customer, asked)
    answered = [each for each in ours if each is not None]
    yield Figure(
        "bot_answer",
        percentile(answered, 0.95) * 1000,
        "ms",
        percentile(theirs, 0.95) * 1000,
        {
            "asked": len(ours),
            "unanswered": [text for text, each in zip(said, ours, strict=True) if each is None],
            "ours": spread(answered),
            "rasa": spread(theirs),
        },
    )


def _ask_here(stage: Stage, customer: Customer, texts: list[str]) -> list[float | None]:
    """The first question, which wakes everything up, is not counted."""
    talker = people.with_bot(customer, origin=stage.origin)
    with load_generator() as load:
        load.enter(stage.sockets_url, stage.origin, {"customers": [talker.token], "agents": []})
        return load.interview(texts[:1] + texts)[1:]


def _ask_rasa(stage: Stage, customer: Customer, texts: list[str]) -> list[float]:
    talker = people.with_bot(customer, origin=stage.origin)
    url = f"http://127.0.0.1:{stage.stack.rasa_port}/webhooks/rest/webhook"
    about = {
        "conversation_id": str(talker.conversation_id),
        "language": customer.language,
        "channel": "webchat",
        "market": customer.market_code,
    }
    taken = []
    with httpx.Client(trust_env=False, timeout=10) as client:
        for text in texts[:1] + texts:
            begun = time.perf_counter()
            sent = {"sender": about["conversation_id"], "message": text, "metadata": about}
            client.post(url, json=sent).raise_for_status()
            taken.append(time.perf_counter() - begun)
    return taken[1:]
