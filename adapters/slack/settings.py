"""What the adapter must be told to speak to one Slack workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """Tokens and where to use them. With an app token it is heard through Socket Mode, with a signing secret through
    HTTP; both may be on. Secrets never show in a repr."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API_URL
    sweep_every: timedelta = timedelta(minutes=5)
    """How often what Slack may never have delivered is looked for, beside every start and reconnection."""
    patience: float = 10.0
    """Seconds after which a call that has no answer counts as unanswered."""
