"""How often two requests in one message are found, and how often one is taken for two.

`python bot/measuring/two_requests.py MODEL` prints one JSON line; what is found is in two_requests.jsonl,
what is of one request in eval/*.jsonl.
"""

import asyncio
import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


async def heard_as(model: str, lines: list[dict[str, Any]]) -> list[list[str]]:
    """For each line the intents of its two requests, or none."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from actions.parsing import both
    from actions.splitting import parts_of

    agent = Agent.load(model)
    told = []
    for line in lines:
        metadata = {"language": line["lang"], "market": line.get("market") or ""}
        messages = [UserMessage(part, metadata=metadata) for part in parts_of(line["text"])]
        parts = [await agent.processor.parse_message(message) for message in messages]
        whole = await agent.processor.parse_message(UserMessage(line["text"], metadata=metadata))
        told.append([each["intent"]["name"] for each in both(parts, line["text"], whole)])
    return told


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    import structlog

    from measuring.heard import OWN, read

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    twofold = [json.loads(line) for line in (HERE / "two_requests.jsonl").read_text("utf-8").splitlines()]
    single = read(OWN)
    heard = asyncio.run(heard_as(sys.argv[1], [*twofold, *single]))
    found = sum(line["intents"] == intents for line, intents in zip(twofold, heard))
    torn = sum(bool(intents) for intents in heard[len(twofold) :])
    print(json.dumps({"two": len(twofold), "found": found, "one": len(single), "taken_for_two": torn}))


if __name__ == "__main__":
    main()
