"""What supervisors say, what they measure, and what customers answered when asked."""

from app.insights.models.boards import BoardLayout, BoardTick, Whisper
from app.insights.models.labels import BotLabel
from app.insights.models.quality import QualityReview, Sample, ScoreCard, Shift
from app.insights.models.reports import Export, ExportState, Report, Schedule, Sending
from app.insights.models.rollups import (
    AgentDayFigure,
    CaseFact,
    DayFigure,
    Figure,
    Progress,
    Slice,
    Stale,
    StaleHour,
    TalkFact,
)
from app.insights.models.surveys import FollowUp, Survey

__all__ = [
    "AgentDayFigure",
    "BoardLayout",
    "BoardTick",
    "BotLabel",
    "CaseFact",
    "DayFigure",
    "Export",
    "ExportState",
    "Figure",
    "FollowUp",
    "Progress",
    "QualityReview",
    "Report",
    "Sample",
    "Schedule",
    "ScoreCard",
    "Sending",
    "Shift",
    "Slice",
    "Stale",
    "StaleHour",
    "Survey",
    "TalkFact",
    "Whisper",
]
