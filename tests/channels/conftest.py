import pytest

from tests.channels.partner import Partner


@pytest.fixture
def partner():
    """A provider's API that answers what the test tells it to."""
    made = Partner()
    yield made
    made.close()
