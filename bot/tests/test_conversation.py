"""Whole conversations over HTTP: real Rasa, real action server, the twin behind them."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from twin import TOKEN, Twin

BOT = Path(__file__).parents[1]
MODEL = Path(os.environ.get("BOT_MODEL", BOT / "models" / "dialtone.tar.gz"))
PATIENCE = 240  # seconds until Rasa has loaded its model on a busy machine


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Bot:
    """A running Rasa, and the application's twin behind it."""

    def __init__(self, command: list[str], environment: dict[str, str], url: str, twin: Twin) -> None:
        self._start = lambda: subprocess.Popen(
            [sys.executable, *command], cwd=BOT, env=environment, start_new_session=True
        )
        self._process = self._start()
        self.url = url
        self.twin = twin

    def die_and_come_back(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        self._process = self._start()
        wait_for(self)

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)

    def hears(self, text: str, who: str, language: str = "es"):
        body = {
            "sender": who,
            "message": text,
            "metadata": {"conversation_id": who, "language": language, "channel": "webchat", "market": "MX"},
        }
        answer = requests.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def intent(self, text: str, who: str, language: str = "es") -> str:
        return customs(self.hears(text, who, language), "understood")[0]["intent"]


def texts(answer) -> str:
    return "\n".join(message["text"] for message in answer if "text" in message)


def customs(answer, kind):
    return [m["custom"] for m in answer if m.get("custom", {}).get("kind") == kind]


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    if not MODEL.exists():
        pytest.fail("no model: run `rasa train --fixed-model-name dialtone --out models` first")
    twin, port, actions_port = Twin(), free_port(), free_port()
    environment = {
        **os.environ,
        "APP_URL": twin.url,
        "BOT_SERVICE_TOKEN": TOKEN,
        "ACTIONS_PORT": str(actions_port),
        "RASA_TELEMETRY_ENABLED": "false",
        "TRACKER_STORE_URL": f"sqlite:///{tmp_path_factory.mktemp('trackers')}/trackers.db",
    }
    actions = subprocess.Popen(
        [sys.executable, "-m", "actions", "--port", str(actions_port)],
        cwd=BOT,
        env=environment,
        start_new_session=True,
    )
    rasa = ["-m", "rasa", "run", "--port", str(port), "-i", "127.0.0.1", "--model", str(MODEL)]
    rasa += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    running = Bot(rasa, environment, f"http://127.0.0.1:{port}", twin)
    try:
        wait_for(running)
        yield running
    finally:
        running.stop()
        os.killpg(actions.pid, signal.SIGTERM)
        actions.wait(30)
        twin.close()


def wait_for(bot: Bot) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if bot.hears("hola", str(uuid4())):
                return
        except requests.RequestException:
            pass
        time.sleep(1)
    pytest.fail("Rasa did not answer in time")


@pytest.fixture
def twin(bot):
    bot.twin.reset()
    return bot.twin


@pytest.fixture
def who() -> str:
    return str(uuid4())


def test_a_balance_is_told_in_spanish(bot, twin, who):
    answer = bot.hears("¿cuánto saldo tengo?", who)

    assert texts(answer) == "Tienes $152.40 de saldo en 55 8765 4321. Vence el 20 de diciembre de 2026."
    assert customs(answer, "understood")[0]["intent"] == "check_balance"
    assert twin.asked[-1]["query"]["language"] == "es"


def test_usage_is_told_in_english(bot, twin, who):
    answer = bot.hears("how much data is left", who, "en")

    assert "Data: 12.6 GB left of 20 GB" in texts(answer)


def test_the_bill_is_told_in_portuguese(bot, twin, who):
    answer = bot.hears("qual o valor da minha fatura", who, "pt")

    assert texts(answer).startswith("Sua fatura INV-MX-2026-000045")


def test_a_customer_who_changes_language_is_answered_in_it(bot, twin, who):
    bot.hears("hola, buenas tardes", who)

    answer = bot.hears("can you tell me how much data I have left this month please", who, "es")

    assert customs(answer, "language") == [{"kind": "language", "language": "en"}]
    assert "left of 20 GB" in texts(answer)


def test_a_short_message_keeps_the_conversations_language(bot, twin, who):
    assert customs(bot.hears("ok", who, "pt"), "language") == []


def test_a_plan_is_changed_after_a_correction_and_a_yes(bot, twin, who):
    assert "¿Qué plan" in texts(bot.hears("quiero cambiar mi plan", who))
    assert "Max Unlimited cuesta $499.00" in texts(bot.hears("la ilimitada", who))
    assert "Starter 5GB cuesta" in texts(bot.hears("no, mejor la de 5 gigas", who))
    assert "Max Unlimited cuesta" in texts(bot.hears("quiero el max", who))
    assert "¡Listo!" in texts(bot.hears("sí, hazlo", who))
    assert len(twin.bodies("/plan-change")) == 1


def test_a_confirmation_is_understood_after_the_bot_was_killed(bot, twin, who):
    assert "Max Unlimited cuesta" in texts(bot.hears("quiero cambiarme a max unlimited", who))

    bot.die_and_come_back()

    assert "¡Listo!" in texts(bot.hears("sí, hazlo", who))
    assert len(twin.bodies("/plan-change")) == 1


def test_buttons_are_understood(bot, twin, who):
    answer = bot.hears('/change_plan{"plan_name": "max-unlimited"}', who)

    assert [button["payload"] for button in answer[-1]["buttons"]] == ["/affirm", "/deny"]
    assert "no hay problema" in texts(bot.hears("/deny", who)).lower()


def test_paying_shows_the_link(bot, twin, who):
    answer = bot.hears("quiero pagar mi factura", who)

    assert customs(answer, "payment_link")[0]["url"] == "https://pay.example/chk_1"


def test_a_person_is_called_with_the_case_number(bot, twin, who):
    answer = bot.hears("quiero hablar con una persona", who)

    assert "TT-2026-000200" in texts(answer)
    assert twin.bodies("handover")[0]["intent"] == "talk_to_agent"


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "/no_such_intent",
        '/change_plan{"plan_name":',
        "/check_balance{}}",
        "\x00",
        "🙂",
        "a" * 5000,
        "<b>hola</b>",
    ],
)
def test_odd_messages_are_answered(bot, twin, who, text):
    assert bot.hears(text, who) != []
