"""Rules and what they did, macros, workflows, and what staff are told."""

from app.automation.models.flow import Flow, FlowState, Workflow
from app.automation.models.macro import Macro
from app.automation.models.notice import Call, StaffNotice
from app.automation.models.rule import Edition, Outcome, Rule, Run

__all__ = [
    "Call",
    "Edition",
    "Flow",
    "FlowState",
    "Macro",
    "Outcome",
    "Rule",
    "Run",
    "StaffNotice",
    "Workflow",
]
