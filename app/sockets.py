"""`python -m app.sockets`: the process that holds the Socket.IO connections, and nothing else."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import resource  # noqa: E402

from gevent.pywsgi import WSGIServer  # noqa: E402

from app.core import heap  # noqa: E402
from app.factory import create_app  # noqa: E402
from app.web.websockets import ThriftyHandler, listen  # noqa: E402


def main() -> None:
    # The usual soft limit of 1,024 files would end it at as many sockets.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    app = create_app(serve_sockets=True)
    heap.settle()
    address = (
        os.environ.get("SOCKETS_HOST", "127.0.0.1"),
        int(os.environ.get("SOCKETS_PORT", "8001")),
    )
    WSGIServer(listen(address), app, handler_class=ThriftyHandler, log=None).serve_forever()


if __name__ == "__main__":
    main()
