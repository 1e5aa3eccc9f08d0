"""What supervisors say, what they measure, and what customers answered when asked."""

from app.insights.models.boards import BoardLayout, BoardTick, Whisper
from app.insights.models.labels import BotLabel
from app.insights.models.quality import QualityReview, Sample, ScoreCard, Shift
from app.insights.models.reports import Export, ExportState, Report, Schedule, Sending
from app.insights.models.rollups import (
    AgentClockFigure,
    AgentDayFigure,
    AgentMonthFigure,
    CaseFact,
    ClockFigure,
    DayFigure,
    Figure,
    HourFigure,
    MonthFigure,
    Progress,
    Slice,
    SliceMonthFigure,
    Stale,
    StaleHour,
    TalkFact,
    WholeDayFigure,
)
from app.insights.models.surveys import FollowUp, Survey

__all__ = [
    "AgentClockFigure",
    "AgentDayFigure",
    "AgentMonthFigure",
    "BoardLayout",
    "BoardTick",
    "BotLabel",
    "CaseFact",
    "ClockFigure",
    "DayFigure",
    "Export",
    "ExportState",
    "Figure",
    "FollowUp",
    "HourFigure",
    "MonthFigure",
    "Progress",
    "QualityReview",
    "Report",
    "Sample",
    "Schedule",
    "ScoreCard",
    "Sending",
    "Shift",
    "Slice",
    "SliceMonthFigure",
    "Stale",
    "StaleHour",
    "Survey",
    "TalkFact",
    "Whisper",
    "WholeDayFigure",
]
