"""A strict local Slack for tests: Web API, Socket Mode, signed HTTP, and people who use it. See README.md."""

from .delivery import Outcome
from .errors import NotAnswered, PersonCannot, TimedOut
from .faults import Fault
from .model import Enterprise, Message, Room, User, UserGroup, View, Workspace
from .people import Person
from .reading import Button
from .responses import Submission
from .slack import StrictSlack
from .world import ApiCall, Violation

__all__ = [
    "ApiCall",
    "Button",
    "Enterprise",
    "Fault",
    "Message",
    "NotAnswered",
    "Outcome",
    "Person",
    "PersonCannot",
    "Room",
    "StrictSlack",
    "Submission",
    "TimedOut",
    "User",
    "UserGroup",
    "View",
    "Violation",
    "Workspace",
]
