"""Installing the app in a workspace: the page that leads to Slack, and what Slack sends people back with."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urljoin

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.slack import pages
from adapters.slack.installations import STATE_LASTS, Installations, States, named
from adapters.slack.scopes import SCOPES
from adapters.slack.settings import INSTALL_PATH, REDIRECT_PATH, SlackSettings
from adapters.slack.web import Web
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable
from bot.texts import LANGUAGES, Voice, Voices

Json = dict[str, Any]

_STALE = {"invalid_browser", "invalid_state", "missing_code"}
_CODE = re.compile(r"[a-z_]{1,60}")
"""What Slack's word for an error looks like."""

log = logging.getLogger(__name__)


class NotInvited(Exception):
    """The workspace is not among those that may install the app."""


class Installing:
    """``/slack/install`` and ``/slack/oauth_redirect``. ``on_new`` is told when somebody installed the app."""

    def __init__(
        self,
        settings: SlackSettings,
        installations: Installations,
        voices: Voices,
        web: Web,
        on_new: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._voices = voices
        self._flow = _Flow(settings, installations, web, on_new)

    def routes(self) -> list[Route]:
        """Both pages."""
        return [Route(INSTALL_PATH, self._begin), Route(REDIRECT_PATH, self._come_back)]

    async def _begin(self, request: Request) -> Response:
        return await self._shown(request, self._flow.handle_installation)

    async def _come_back(self, request: Request) -> Response:
        voice = self._voice(request)
        try:
            return await self._shown(request, self._flow.handle_callback)
        except ChatRefused as refused:
            log.warning("slack does not let the app be installed", extra={"code": refused.code})
            return HTMLResponse(pages.refused(voice, refused.code, INSTALL_PATH), 400)
        except NotInvited as stranger:
            log.warning("a workspace that is not allowed wanted to install the app", extra={"workspace": str(stranger)})
            return HTMLResponse(pages.not_invited(voice, str(stranger), INSTALL_PATH), 403)
        except (ChatUnavailable, StorageUnavailable) as away:
            log.warning("the app cannot be installed now", extra={"why": str(away)})
            return HTMLResponse(pages.unavailable(voice, INSTALL_PATH), 503, headers={"Retry-After": "60"})

    async def _shown(self, request: Request, show: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Response:
        asked = to_async_bolt_request(request, b"", {"voice": self._voice(request)})
        response = to_starlette_response(await show(asked))
        response.headers["Cache-Control"] = "no-store"
        return response

    def _voice(self, request: Request) -> Voice:
        """In the first of our languages that the browser names."""
        wanted = (one.strip()[:2].lower() for one in request.headers.get("accept-language", "").split(","))
        return self._voices.voice(next((one for one in wanted if one in LANGUAGES), LANGUAGES[0]))


class _Flow(AsyncOAuthFlow):
    """Bolt's flow with our pages, our errors and our place to keep things."""

    def __init__(
        self, settings: SlackSettings, installations: Installations, web: Web, on_new: Callable[[], None]
    ) -> None:
        self._web = web
        self._ours = settings
        redirect_uri = settings.public_url + REDIRECT_PATH
        super().__init__(
            logger=log,
            settings=AsyncOAuthSettings(
                client_id=settings.client_id, client_secret=settings.client_secret, scopes=sorted(SCOPES),
                user_scopes=[], redirect_uri=redirect_uri, install_path=INSTALL_PATH, redirect_uri_path=REDIRECT_PATH,
                authorization_url=urljoin(settings.api_url, "/oauth/v2/authorize"),
                installation_store=_Keeping(installations, on_new), state_store=States(installations),
                state_expiration_seconds=int(STATE_LASTS.total_seconds()),
                callback_options=AsyncCallbackOptions(success=self._succeeded, failure=self._failed),
            ),
        )  # fmt: skip

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Where the button leads, which nothing in the address of our page can change."""
        return self.settings.authorize_url_generator.generate(state)

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """The page with the button."""
        return pages.install(_voice_of(request), url)

    async def run_installation(self, code: str) -> Installation:
        """Turn the code into an installation; raises ``ChatRefused``, ``ChatUnavailable`` or ``NotInvited``."""
        answer = await self._web.call(
            "oauth.v2.access", code=code, redirect_uri=self.redirect_uri,
            client_id=self._ours.client_id, client_secret=self._ours.client_secret,
        )  # fmt: skip
        installation = _read(answer)
        if not self._ours.may_install(installation.team_id, installation.enterprise_id):
            await self._give_back(installation)
            raise NotInvited(named(installation))
        return installation

    async def _give_back(self, installation: Installation) -> None:
        web = Web(installation.bot_token or "", self._ours.api_url, self._ours.patience)
        try:
            await web.call("auth.revoke")
        except (ChatRefused, ChatUnavailable) as why:
            log.info("a token that is not wanted could not be given back", extra={"why": str(why)})
        finally:
            await web.close()

    async def _succeeded(self, success: AsyncSuccessArgs) -> BoltResponse:
        installation = success.installation
        name = installation.enterprise_name if installation.is_enterprise_install else installation.team_name
        id_ = named(installation)
        log.info("somebody installed the app", extra={"workspace": id_, "by": installation.user_id})
        page = pages.installed(_voice_of(success.request), name or id_, f"https://app.slack.com/client/{id_}")
        return self._done(200, page)

    async def _failed(self, failure: AsyncFailureArgs) -> BoltResponse:
        voice, reason = _voice_of(failure.request), failure.reason
        if reason == "access_denied":
            return self._done(200, pages.denied(voice, INSTALL_PATH))
        if not _CODE.fullmatch(reason):
            reason = "unknown_error"  # anybody can make up an address, and with it what our page would say
        log.info("an installation did not come to its end", extra={"reason": reason})
        page = pages.stale(voice, INSTALL_PATH) if reason in _STALE else pages.refused(voice, reason, INSTALL_PATH)
        return self._done(400, page)

    def _done(self, status: int, page: str) -> BoltResponse:
        cookie = self.settings.state_utils.build_set_cookie_for_deletion()
        return BoltResponse(status=status, body=page, headers={**pages.CHARSET, "Set-Cookie": cookie})


class _Keeping(AsyncInstallationStore):
    """Keeps what Bolt's flow yields."""

    def __init__(self, installations: Installations, on_new: Callable[[], None]) -> None:
        self._installations = installations
        self._on_new = on_new

    async def async_save(self, installation: Installation) -> None:
        await self._installations.save(installation)
        self._on_new()


def _read(answer: Json) -> Installation:
    """The installation in an answer of ``oauth.v2.access``."""
    whole, team, by = answer.get("enterprise") or {}, answer.get("team") or {}, answer.get("authed_user") or {}
    return Installation(
        app_id=answer.get("app_id"), enterprise_id=whole.get("id"), enterprise_name=whole.get("name"),
        team_id=team.get("id"), team_name=team.get("name"), bot_token=answer["access_token"],
        bot_user_id=answer.get("bot_user_id"), bot_scopes=str(answer.get("scope") or ""),
        bot_refresh_token=answer.get("refresh_token"), bot_token_expires_in=answer.get("expires_in"),
        user_id=str(by.get("id") or ""), is_enterprise_install=bool(answer.get("is_enterprise_install")),
        token_type=answer.get("token_type"),
    )  # fmt: skip


def _voice_of(request: AsyncBoltRequest) -> Voice:
    voice: Voice = request.context["voice"]
    return voice
