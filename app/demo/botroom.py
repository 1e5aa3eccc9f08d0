"""The bot's own room: a Python 3.10, its environment, its trained model."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.demo.stack import BOT_PYTHON, ROOT

BOT = ROOT / "bot"
INPUTS = ("config.yml", "domain.yml", "domain", "data", "components", "requirements.txt")


class NoBot(Exception):
    """The bot cannot run here; the message says what is missing."""


def find_python310() -> Path:
    """A Python 3.10 that really runs. Raises NoBot with what to do when there is none."""
    for candidate in _candidates():
        if candidate and _is_310(candidate):
            return Path(candidate)
    raise NoBot("No Python 3.10 was found. Set PYTHON310 to one, or `uv python install 3.10`.")


def _candidates() -> Iterator[str]:
    yield os.environ.get("PYTHON310", "")
    yield shutil.which("python3.10") or ""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(each) for each in sorted(pyenv.glob("versions/3.10.*/bin/python")))
    found = subprocess.run(
        [_uv(), "python", "find", "3.10"], capture_output=True, text=True, check=False
    )
    yield found.stdout.strip()


def _is_310(candidate: str) -> bool:
    says = "import sys; print(sys.version_info[:2] == (3, 10))"
    try:
        answer = subprocess.run([candidate, "-c", says], capture_output=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == b"True"


def _uv() -> str:
    return os.environ.get("UV") or shutil.which("uv") or "uv"


def install() -> None:
    """Make bot/.venv, unless it was made from the same requirements."""
    mark = BOT / ".venv" / ".ready"
    wanted = hashlib.sha256((BOT / "requirements.txt").read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    python = find_python310()
    _run(_uv(), "venv", "--quiet", "--clear", "--python", str(python), str(BOT / ".venv"))
    requirements = str(BOT / "requirements.txt")
    # The list is complete, and without jax: TensorFlow asks for it, nothing here uses it, and it
    # takes a second and a half to import.
    _run(
        *(_uv(), "pip", "install", "--quiet", "--no-deps", "--compile-bytecode"),
        *("--python", str(BOT_PYTHON), "-r", requirements),
    )
    mark.write_text(wanted)


def train() -> Path:
    """The model made of the present inputs; trained only when they changed. 4–6 minutes."""
    model = ROOT / "var" / "bot" / f"dialtone-{_fingerprint()}.tar.gz"
    if not model.exists():
        model.parent.mkdir(parents=True, exist_ok=True)
        _run(
            str(BOT_PYTHON),
            "-m",
            "rasa",
            "train",
            "--fixed-model-name",
            model.name,
            "--out",
            str(model.parent),
            folder=BOT,
        )
    return model


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        path = BOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for each in files:
            if each.is_file() and "__pycache__" not in each.parts:
                digest.update(str(each.relative_to(BOT)).encode() + each.read_bytes())
    return digest.hexdigest()[:16]


def _run(*command: str, folder: Path = ROOT) -> None:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | quiet, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NoBot(f"{' '.join(command[:3])} failed:\n{(done.stdout + done.stderr)[-3000:]}")


if __name__ == "__main__":
    install()
    print(train())
