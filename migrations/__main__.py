"""`python -m migrations "what changed"`: writes the next migration from the models.

Compares them with a fresh embedded database brought to the newest schema.
"""

import secrets
import sys
from pathlib import Path

from alembic import command

from app.demo import embedded
from migrations import HERE, settings, upgrade


def main(message: str) -> None:
    server = embedded.postgres(HERE.parent / "var" / "test" / "postgres")
    name = f"migration_{secrets.token_hex(4)}"
    embedded.create_database(server, name)
    try:
        url = embedded.sqlalchemy_url(server, name)
        upgrade(url)
        existing = len(list(Path(HERE / "versions").glob("*.py")))
        config = settings(url)
        command.revision(config, message, autogenerate=True, rev_id=f"{existing + 1:04d}")
    finally:
        embedded.drop_database(server, name)


if __name__ == "__main__":
    main(sys.argv[1])
