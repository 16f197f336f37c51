"""The control API: everything a test may do to this Slack, over HTTP under ``/_control/``."""

from .routes import Control
from .shown import facts

__all__ = ["Control", "facts"]
