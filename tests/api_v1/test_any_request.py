"""Whatever is asked by the document, or beside it, has an answer that is not a failure of ours."""

import itertools
import os
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from app.identity.permissions import API_SCOPES
from tests.api_v1.conftest import Machine, made

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
UNHURRIED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("scopes", [API_SCOPES, {min(API_SCOPES)}], ids=["everything", "one scope"])
def test_no_request_is_answered_with_a_failure_of_ours(app, neighbours, scopes, mode):
    machine = Machine(app, made(scopes=scopes, per_minute=60_000))
    keys = itertools.count()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    failed = []
    for each in schema.get_all_operations():
        operation = each.ok()

        @UNHURRIED
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case):
            key = f"any-{next(keys)}"
            bearer = {"Authorization": f"Bearer {machine.token}", "Idempotency-Key": key}
            answer = case.call(headers=bearer)
            if answer.status_code >= 500:
                failed.append((case.as_curl_command(), answer.status_code))

        with suppress(Unsatisfiable):  # nothing can be wrong about a request without input
            asked()

    assert next(keys) > EXAMPLES
    assert failed == []
