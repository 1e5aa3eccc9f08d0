"""What agent assistance does: learning from solved tickets, and keeping what agents made of it."""

from app.assist.service.answering import (
    answer_action,
    answer_resolution,
    decline,
    note_opened,
    take_category,
    take_weight,
)
from app.assist.service.training import train, train_one

__all__ = [
    "answer_action",
    "answer_resolution",
    "decline",
    "note_opened",
    "take_category",
    "take_weight",
    "train",
    "train_one",
]
