"""What is chosen for Slack in many workspaces: each slip has its sentence, and no secret shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters import settings
from adapters.settings import SettingsError
from adapters.slack.manifest import manifest
from tests.operating.test_checking import swarmbridge
from tests.slack_adapter.installed import KEY, PUBLIC, install, several
from tests.strict_slack import StrictSlack

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


async def test_check_and_manifest_know_of_many_workspaces(tmp_path: Path) -> None:
    made = manifest("socket", public_url=PUBLIC, several=True)
    async with StrictSlack(strict=True, manifest=made, installed=False) as slack:
        environment = {
            "SLACK_CLIENT_ID": slack.app.client_id, "SLACK_CLIENT_SECRET": slack.app.client_secret,
            "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url,
            "SWARMBRIDGE_SLACK__STORE_KEY": KEY, "SWARMBRIDGE_HTTP__PUBLIC_URL": PUBLIC,
            "DATABASE_URL": f"sqlite:///{tmp_path}/bot.db",
        }  # fmt: skip
        without_database = await swarmbridge(tmp_path, "check", **environment)
        await swarmbridge(tmp_path, "migrate", **environment)
        nowhere = await swarmbridge(tmp_path, "check", **environment)
        async with several(slack, tmp_path) as chat:
            await install(chat, slack.person("alice"))
        installed = await swarmbridge(tmp_path, "check", **environment)
        printed = await swarmbridge(tmp_path, "manifest", "slack", "--several", **environment)
        nameless = await swarmbridge(tmp_path, "manifest", "slack", "--several")

    assert without_database.bad == ["There is no database yet."]
    assert nowhere.bad == ["Slack: the app is not installed in any workspace yet"]
    assert f"→ open {PUBLIC}/slack/install" in nowhere.advice
    assert (installed.code, installed.bad) == (0, [])
    assert f"Slack Example ({slack.workspace.id}): signed in to Example as swarmbridge" in installed.out
    assert json.loads(printed.out) == made
    assert made["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]
    assert (made["settings"]["org_deploy_enabled"], made["settings"]["token_rotation_enabled"]) == (True, True)
    assert nameless.code == 2
    assert nameless.err == "several workspaces need the public https:// address of the pages: set http.public_url\n"


def test_the_manifest_of_one_workspace_keeps_its_tokens() -> None:
    made = manifest("socket", public_url=PUBLIC)
    assert made["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]
    assert (made["settings"]["org_deploy_enabled"], made["settings"]["token_rotation_enabled"]) == (False, False)
    assert "redirect_urls" not in manifest("socket")["oauth_config"]
