"""supervisord: the programs it keeps running, and how to speak to it."""

import configparser
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

BIN = Path(sys.executable).parent
SECONDS_TO_STOP = 60


@dataclass(frozen=True, slots=True)
class Program:
    """One child. A store starts with the supervisor, everything else when it is told to.

    `user` runs it as somebody else (PostgreSQL refuses root).
    """

    name: str
    command: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    user: str = ""
    store: bool = False


@dataclass(slots=True)
class Supervisor:
    """Keeps its configuration and logs in `folder`; listens on a socket in `run`."""

    folder: Path
    run: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def configuration(self) -> Path:
        return self.folder / "supervisord.conf"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def start(self, stores: Sequence[Program]) -> None:
        """In a session of its own, so that Ctrl-C reaches it only through `stop`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self.write(stores)
        self.process = subprocess.Popen(
            [BIN / "supervisord", "--nodaemon", "--configuration", self.configuration],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def control(self, *words: str) -> str:
        """`supervisorctl`: update, start, stop, restart, status, signal …; returns what it says."""
        done = subprocess.run(
            [BIN / "supervisorctl", "--configuration", self.configuration, *words],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def stop(self) -> None:
        """Ends every child, then the supervisor."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=SECONDS_TO_STOP)

    def write(self, programs: Sequence[Program]) -> None:
        """Write the configuration; `control("update")` makes a running supervisor follow it."""
        wanted = configparser.RawConfigParser()
        socket = self.run / "supervisor.sock"
        wanted["supervisord"] = {
            "logfile": str(self.logs / "supervisord.log"),
            "pidfile": str(self.folder / "supervisord.pid"),
            "childlogdir": str(self.logs),
        }
        if os.geteuid() == 0:
            wanted["supervisord"]["user"] = "root"
        wanted["unix_http_server"] = {"file": str(socket)}
        wanted["supervisorctl"] = {"serverurl": f"unix://{socket}"}
        factory = "supervisor.rpcinterface:make_main_rpcinterface"
        wanted["rpcinterface:supervisor"] = {"supervisor.rpcinterface_factory": factory}
        for program in programs:
            wanted[f"program:{program.name}"] = self._section(program)
        with self.configuration.open("w") as file:
            wanted.write(file, space_around_delimiters=False)

    def _section(self, program: Program) -> dict[str, str]:
        pairs = ",".join(f'{name}="{value}"' for name, value in program.environment.items())
        section = {
            "command": program.command,
            "directory": str(program.folder),
            "environment": pairs,
            "priority": "1" if program.store else "10",
            "autostart": str(program.store).lower(),
            "autorestart": "true",
            "startretries": "5",
            "startsecs": "0" if program.store else "1",
            "stopsignal": program.stop_signal,
            "stopwaitsecs": "15",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(self.logs / f"{program.name}.log"),
            "stdout_logfile_maxbytes": "10MB",
            "user": program.user,
        }
        return {name: value.replace("%", "%%") for name, value in section.items() if value}
