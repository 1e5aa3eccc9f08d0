"""`make mutation`: policy, sessions and books are changed one bit at a time; do their tests notice?

mutmut makes the mutants. They are tried here, a module's all in one process: to make databases and
the application anew for each of hundreds would take hours. A mutant is killed by the first test
that fails of those that come by the function it stands in; who kills most a second is asked first.
SAMPLE=40 tries as many of each module, drawn by lot.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IDENTITY = ["tests/identity/test_policy.py", "tests/identity/test_sessions.py"]
BOOKS = [f"tests/ledger/test_{name}.py" for name in ("books", "debts", "sums")]
TESTS = {
    "app.core.actor": IDENTITY,
    "app.identity.permissions": IDENTITY,
    "app.identity.roles": [*IDENTITY, "tests/identity/test_roles.py"],
    "app.identity.sessions": IDENTITY,
    "app.ledger.service": BOOKS,
    "app.ledger.proofs": BOOKS,
}
WANTED = 0.9
SECONDS = 40  # a test that takes longer hangs, which is noticed too


def main(modules):
    """Of these modules, or of all."""
    made()
    killed, lived = 0, []
    for module in modules or TESTS:
        found = tried(module)
        gone = [name for name, by in found.items() if by]
        killed, lived = killed + len(gone), lived + [name for name, by in found.items() if not by]
        print(f"{module}: {len(gone)} of {len(found)} killed", flush=True)
    print("\n".join(f"  lives: {name}" for name in lived))
    share = killed / max(1, killed + len(lived))
    print(f"{killed} of {killed + len(lived)} killed, {share:.1%}")
    return 0 if share >= WANTED else 1


def made():
    """The mutants, under mutants/."""
    from mutmut import __main__ as mutmut

    (ROOT / "mutants").mkdir(exist_ok=True)
    mutmut.set_mutant_under_test("mutant_generation")
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.create_mutants(2)


def tried(module):
    """Which test killed each, or none."""
    told = ROOT / "mutants" / f"{module}.json"
    told.unlink(missing_ok=True)
    options = ["-q", "-p", "tests.mutation", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command = [sys.executable, "-m", "pytest", *options, "--mutants", module, *TESTS[module]]
    environment = {**os.environ, "MUTANT_UNDER_TEST": "", "PYTHONPATH": str(ROOT / "mutants")}
    subprocess.run(command, cwd=ROOT / "mutants", env=environment, check=True)
    return json.loads(told.read_text())


def pytest_addoption(parser):
    parser.addoption("--mutants", default="", help="the module whose mutants are tried")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    module = session.config.getoption("--mutants")
    if not module:
        return None
    path = Path(f"{module.replace('.', '/')}.py.meta")
    mutants = drawn(list(json.loads(path.read_text())["exit_code_by_key"]))
    tests, seconds = {}, {}
    for item in session.items:
        began = time.monotonic()
        tests[item] = comes_by(session, item)
        seconds[item] = time.monotonic() - began
    kills, found = Counter(), {}
    for name in mutants:
        items = sorted(tests, key=lambda it: -(1 + kills[it.nodeid]) / seconds[it])
        killer = killer_of(session, name, items, tests)
        kills[killer] += 1
        found[name] = killer
        Path(f"{module}.json").write_text(json.dumps(found, indent=1))
    return True


def drawn(mutants):
    count = int(os.environ.get("SAMPLE", "0"))
    return random.Random(7).sample(mutants, count) if 0 < count < len(mutants) else mutants


def comes_by(session, item):
    """The functions that a test calls, by their mangled names; unchanged, it must pass."""
    from mutmut.state import state

    with changed("stats"):
        state()._stats.clear()
        why = fails(session, item)
        assert not why, f"{item.nodeid} fails though nothing is changed: {why}"
        return set(state()._stats)


def killer_of(session, mutant, items, tests):
    from mutmut.utils.format_utils import mangled_name_from_mutant_name

    function = mangled_name_from_mutant_name(mutant)
    with changed(mutant):
        for item in items:
            if function in tests[item] and fails(session, item):
                return item.nodeid
    return None


@contextmanager
def changed(how):
    os.environ["MUTANT_UNDER_TEST"] = how
    try:
        yield
    finally:
        os.environ["MUTANT_UNDER_TEST"] = ""


def fails(session, item):
    """Run it, as often as it is asked: why it fails, or nothing. What lives as long as the session
    stays."""
    from _pytest.runner import runtestprotocol

    item._initrequest()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS)
    try:
        reports = runtestprotocol(item, log=False, nextitem=session)
    finally:
        signal.alarm(0)
    return next((str(each.longrepr) for each in reports if each.failed), "")


def _too_long(*_):
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
