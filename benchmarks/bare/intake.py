"""`gunicorn benchmarks.bare.intake:app`: what a framework and a row a call cost without us.

Flask as its documentation has it, one INSERT a call by psycopg on a connection of each thread.
"""

import os
import threading
from uuid import uuid4

import psycopg
from flask import Flask, request

app = Flask(__name__)
held = threading.local()


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/hooks/channels/<key>")
def call(key: str) -> tuple[str, int]:
    if not hasattr(held, "connection"):
        held.connection = psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""))
    with held.connection.transaction():
        held.connection.execute(
            "INSERT INTO bare_call (id, key, body) VALUES (%s, %s, %s)",
            (uuid4(), key, request.get_data(cache=False)),
        )
    return "", 200
