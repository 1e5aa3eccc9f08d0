"""bot_training: the whole model from nothing, without anything kept from before.

Not among the figures of `make bench`: `make bench B=bot_training`. There is nothing to compare it
with; the goal is eight minutes on two cores.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.demo import botroom
from app.demo.stack import BOT_PYTHON
from benchmarks.figure import Figure

DAYS = None
GOAL_SECONDS = 480


def measure(_stage: None) -> Iterator[Figure]:
    botroom.install()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder) / "bot"
        room.mkdir()
        for name in botroom.INPUTS:
            source = botroom.BOT / name
            if source.is_dir():
                shutil.copytree(source, room / name)
            elif source.exists():
                shutil.copy(source, room / name)
        begun = time.monotonic()
        subprocess.run(
            [BOT_PYTHON, "-m", "rasa", "train", "--fixed-model-name", "fresh", "--out", folder],
            cwd=room,
            env=os.environ | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            check=True,
        )
        taken = time.monotonic() - begun
        size = (Path(folder) / "fresh.tar.gz").stat().st_size
    yield Figure("bot_training", taken, "s", 0, {"goal": GOAL_SECONDS, "model_bytes": size})
