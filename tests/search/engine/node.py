"""A real OpenSearch for the tests: from Maven Central, on loopback, in 384 MB of heap."""

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

HERE = Path(__file__).resolve().parent
_HEAP = ("-Xms384m", "-Xmx384m")


@contextmanager
def running(state: Path, port: int) -> Iterator[str]:
    """Its URL. `state` is a folder of ours, where its parts are kept for the next time."""
    parts = _parts(state)
    classes = f"{parts}/*"
    command = ["java", *_HEAP, "-cp", classes, str(HERE / "Engine.java")]
    process = subprocess.Popen(
        [*command, str(state / f"data-{port}"), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(state / "engine.log").open("wb"),
    )
    try:
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError((state / "engine.log").read_text()[-2000:])
        url = f"http://127.0.0.1:{port}"
        httpx.get(url, trust_env=False).raise_for_status()
        yield url
    finally:
        process.stdin.close()
        process.wait(60)


def _parts(state: Path) -> Path:
    """Fetched once for each state of the list."""
    listed = HERE / "pom.xml"
    parts = state / f"parts-{hashlib.sha256(listed.read_bytes()).hexdigest()[:12]}"
    if not (parts / ".complete").exists():
        command = ["mvn", "-q", "-B", "-f", str(listed), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={parts}"], check=True)
        (parts / ".complete").touch()
    return parts
