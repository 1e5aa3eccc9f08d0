"""The whole running stack, and Chromium windows for everybody who plays a part."""

import shutil
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys.records import Records
from tests.journeys.running import started
from tests.journeys.windows import Windows

pytest.register_assert_rewrite("tests.journeys.chapters")
expect.set_options(timeout=10_000)


class Stacks:
    """One after the other: what a story left half told would be in the way of the next."""

    def __init__(self):
        self._open = ExitStack()
        self._running = None

    def running(self):
        self._running = self._running or self._open.enter_context(started())
        return self._running

    def end(self):
        self._running = None
        self._open.close()


def pytest_collection_modifyitems(items):
    """The bot is stopped last: nobody waits until it has read its model again."""
    items.sort(key=lambda item: "bot_stopped" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed:
        item.broke_off = True
    return report


@pytest.fixture(scope="session")
def stacks():
    made = Stacks()
    yield made
    made.end()


@pytest.fixture
def stack(stacks, request):
    """Every program, with a small demo operator just filled and the bot trained."""
    request.node.broke_off = False
    yield stacks.running()
    if request.node.broke_off:
        stacks.end()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def windows(browser, stack, records):
    """Opens windows for people, each with cookies of its own; closes them in the end."""
    opened = Windows(browser, stack, records)
    yield opened
    opened.close()


@pytest.fixture
def records(stack):
    """What the database says."""
    read = Records(stack.database_url)
    yield read
    read.close()
