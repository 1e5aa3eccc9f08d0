"""Rasa as we run it: `python -m server run …` is `rasa run …` without what it repeats for each message.

Rasa proves anew, for every answer of the action server, that its own schema of answers is a schema;
that took three quarters of a message's time. Here it is proved once, and answers are checked as before.
It goes through all its kinds of events for each event it reads; here each is found once. And Python
looked through the whole model for garbage every few messages, for a third of a second.
"""

import gc
from functools import lru_cache
from typing import Any

from jsonschema import validators
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.shared.core.events import Event


def _proved() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


_answers = _proved()


def is_valid(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Raises jsonschema's ValidationError, as Rasa's own does."""
    wrong = best_match(_answers.iter_errors(result))
    if wrong is not None:
        raise wrong
    return True


_load = Agent.load_model


def load_for_good(agent: Agent, *given: Any, **named: Any) -> None:
    """A model that is loaded stays: it is no garbage, and not looked at again."""
    _load(agent, *given, **named)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


Agent.load_model = load_for_good
Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))
RemoteAction._validate_action_result = is_valid  # noqa: SLF001 - Rasa offers no other seam


if __name__ == "__main__":
    from rasa.__main__ import main

    main()
