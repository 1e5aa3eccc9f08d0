"""Starts the action server, on this machine only unless told otherwise."""

import argparse
import logging

from rasa_sdk.endpoint import create_app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    parser.add_argument("--port", type=int, default=5055)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 only inside a container")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    server = create_app("actions", cors_origins=[])
    server.run(options.host, options.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
