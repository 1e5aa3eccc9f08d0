"""The whole running stack, and Chromium windows for everybody who plays a part."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys.records import Records
from tests.journeys.running import started
from tests.journeys.windows import Windows

pytest.register_assert_rewrite("tests.journeys.chapters")
expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def stack():
    """Every program, with a small demo operator just filled and the bot trained."""
    with started() as running:
        yield running


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
