"""Secrets that were sealed to their column are sealed to their row as well.

Takes SECRET_KEY and MASTER_KEYS of the environment, where there is anything to seal.
"""

import hashlib
import os
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config import Config

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None

# Table, its key, the sealed column.
_CELLS = (
    ('esim_profile', 'iccid', 'matching_id'),
    ('identity_letter', 'id', 'text'),
    ('inbox', 'id', 'secret'),
    ('one_time_code', 'id', 'to_send'),
    ('port_in', 'id', 'donor_code'),
    ('port_out', 'id', 'code'),
    ('saved_method', 'id', 'token'),
    ('sign_on_attempt', 'state_hash', 'answer'),
    ('sign_on_attempt', 'state_hash', 'verifier'),
    ('sim', 'iccid', 'puk'),
    ('staff', 'id', 'totp_secret'),
    ('stock_card', 'iccid', 'puk'),
)
_AT_ONCE = 1000
_MARK, _NONCE_BYTES = b'\xd1', 12

Place = Callable[[str, object], bytes]


def upgrade() -> None:
    _seal_anew(_of_column, _of_row)


def downgrade() -> None:
    _seal_anew(_of_row, _of_column)


def _of_column(column: str, _key: object) -> bytes:
    return column.encode()


def _of_row(column: str, key: object) -> bytes:
    return f'{column}:{key}'.encode()


def _seal_anew(before: Place, after: Place) -> None:
    connection, ring = op.get_bind(), None
    for table, key, column in _CELLS:
        query = sa.text(f'SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL')
        update = sa.text(f'UPDATE {table} SET {column} = :cell WHERE {key} = :key')
        place = f'{table}.{column}'
        found = connection.execute(query, execution_options={'yield_per': _AT_ONCE})
        for rows in found.partitions():
            try:
                ring = ring or _Ring(connection)
                cells = [
                    {'key': row, 'cell': ring.moved(bytes(cell), before(place, row), after(place, row))}
                    for row, cell in rows
                ]
            except InvalidTag:
                raise RuntimeError(
                    f'{place}: SECRET_KEY and MASTER_KEYS are not those that sealed it'
                ) from None
            connection.execute(update, cells)


class _Ring:
    """The data keys of this database, and the one from before there were any."""

    def __init__(self, connection: sa.Connection) -> None:
        config = Config()
        first = AESGCM(hashlib.sha256(b'dialtone-data-key' + config.secret_key.encode()).digest())
        self._ciphers = {b'': first}
        masters = [
            AESGCM(hashlib.sha256(b'dialtone-master-key' + each.encode()).digest())
            for each in config.sealing_keys
        ]
        rows = connection.execute(sa.text('SELECT number, wrapped FROM data_key ORDER BY number'))
        for number, wrapped in rows:
            key = _unwrapped(masters, bytes(wrapped), f'data_key:{number}'.encode())
            self._ciphers[_MARK + number.to_bytes(2)] = AESGCM(key)
        self._newest = list(self._ciphers)[-1]

    def moved(self, cell: bytes, before: bytes, after: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        content = self._opened(cell, before)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, content, after)

    def _opened(self, cell: bytes, place: bytes) -> bytes:
        head = cell[:3]
        if head in self._ciphers:
            try:
                return _decrypted(self._ciphers[head], cell[3:], place)
            except InvalidTag:  # one in 256 from before there were keys begins so by chance
                pass
        return _decrypted(self._ciphers[b''], cell, place)


def _unwrapped(masters: list[AESGCM], wrapped: bytes, place: bytes) -> bytes:
    for master in masters:
        try:
            return _decrypted(master, wrapped, place)
        except InvalidTag:
            continue
    raise InvalidTag


def _decrypted(cipher: AESGCM, stored: bytes, place: bytes) -> bytes:
    return cipher.decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], place)
