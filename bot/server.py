"""Rasa as we run it: `python -m server run …` is `rasa run …` without what it repeats for each message.

Rasa proves anew, for every answer of the action server, that its own schema of answers is a schema;
that took three quarters of a message's time. Here it is proved once, and answers are checked as before, by
Rust. It opens a connection for every action, tells the action server all that was ever said in the talk,
lets all of that happen once more to a second tracker, copies whatever it would write into a log for those
who look for its faults, and makes an empty domain to see that its own is not. Dask plans a dozen steps, one
after the other, as if for many machines. Rasa goes through all its kinds of events for each event it reads;
here each is found once. And Python looked through the whole model for garbage every few messages, for a third
of a second.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import aiohttp
import dask.core
import jsonschema_rs
import rasa
from jsonschema import validators
from jsonschema.exceptions import best_match
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

IDLE_SECONDS = 3  # of a connection; the action server closes it after five


def _proved(schema: dict[str, Any]) -> Any:
    kind = validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


_answers = _proved(RemoteAction.action_response_format_spec())
_quickly = jsonschema_rs.validator_for(_answers.schema)


def is_valid(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Raises jsonschema's ValidationError, as Rasa's own does."""
    if not _quickly.is_valid(result):
        raise best_match(_answers.iter_errors(result))
    return True


def told(action: RemoteAction, tracker: DialogueStateTracker, _domain: Domain) -> dict[str, Any]:
    """What the action server is told: our actions read slots and the last message, no events, no domain."""
    state = tracker.current_state(EventVerbosity.NONE)
    return {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": {**state, "events": []},
        "version": rasa.__version__,
    }


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """What happens to the copy does not happen to the tracker."""
    twin = copy(tracker)
    twin.events = tracker.events.copy()
    twin.slots = {name: copy(slot) for name, slot in tracker.slots.items()}
    return twin


_nothing = Domain.empty().as_dict()


def is_empty(domain: Domain) -> bool:
    return bool(domain.as_dict() == _nothing)


@asynccontextmanager
async def kept_session(endpoint: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """One for all that is asked there, with its connections."""
    if not hasattr(endpoint, "kept"):
        endpoint.kept = aiohttp.ClientSession(
            headers=endpoint.headers,
            connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        )
    yield endpoint.kept


_load = Agent.load_model


def load_for_good(agent: Agent, *given: Any, **named: Any) -> None:
    """A model that is loaded stays: it is no garbage, and not looked at again."""
    _load(agent, *given, **named)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


Agent.load_model = load_for_good
DialogueStateTracker.copy = copied
Domain.is_empty = is_empty
Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))
EndpointConfig.session = kept_session
RemoteAction._validate_action_result = is_valid  # noqa: SLF001 - Rasa offers no other seam
RemoteAction._action_call_format = told  # noqa: SLF001 - nor here
dask.get = dask.core.get
processor.copy = SimpleNamespace(deepcopy=lambda it: it)  # there it is all for the log


if __name__ == "__main__":
    from rasa.__main__ import main

    main()
