"""What is chosen for Slack in many workspaces: each slip has its sentence, and no secret shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import settings
from adapters.settings import SettingsError

WHOLE = {
    "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "geheim-1", "SLACK_APP_TOKEN": "xapp-geheim-2",
    "SWARMBRIDGE_SLACK__STORE_KEY": "geheim-3 of more than twenty letters",
    "SWARMBRIDGE_SLACK__ALLOWED_WORKSPACES": "T024BE7LD, E024BE7LD",
    "SWARMBRIDGE_HTTP__PUBLIC_URL": "https://bridge.example.org",
}  # fmt: skip


def test_an_app_for_many_workspaces_needs_no_bot_token() -> None:
    chosen = settings.load(WHOLE)
    assert (chosen.slack.on, chosen.slack.several, chosen.local_on) == (True, True, False)
    assert chosen.slack.allowed_workspaces == ["T024BE7LD", "E024BE7LD"]
    assert "geheim" not in repr(chosen)
    assert settings.load({}).slack.store_path == Path("var/slack")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "set both client_id (SLACK_CLIENT_ID) and client_secret"),
        ({"SLACK_CLIENT_ID": ""}, "set both client_id (SLACK_CLIENT_ID) and client_secret"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "for one workspace or client_id and client_secret for several; not both"),
        ({"SLACK_APP_TOKEN": ""}, "set app_token (SLACK_APP_TOKEN, for Socket Mode) or signing_secret"),
        ({"SWARMBRIDGE_SLACK__STORE_KEY": "geheim"}, "store_key must have at least 20 characters"),
        ({"SWARMBRIDGE_SLACK__ALLOWED_WORKSPACES": "acme"}, "allowed_workspaces are ids such as T024BE7LD"),
        ({"SWARMBRIDGE_HTTP__PUBLIC_URL": ""}, "http.public_url (SWARMBRIDGE_HTTP__PUBLIC_URL) must begin"),
        ({"SWARMBRIDGE_HTTP__PUBLIC_URL": "http://bridge.example.org"}, "must begin with https://, as Slack brings"),
    ],
)
def test_what_does_not_fit_is_said_and_no_secret_with_it(change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        settings.load(WHOLE | change)
    assert said in str(wrong.value)
    assert "geheim" not in str(wrong.value)
