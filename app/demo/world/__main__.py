"""`python -m app.demo.world --port 8002`: the outside world as one process of its own."""

import argparse
import logging

from werkzeug.serving import make_server

from app.demo.world.application import create_app
from app.demo.world.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.demo.world", description=__doc__)
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--host", default="127.0.0.1")
    asked = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = create_app(Settings.read(port=asked.port))
    server = make_server(asked.host, asked.port, app, threaded=True)
    logging.getLogger(__name__).info("the outside world listens on port %s", asked.port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
