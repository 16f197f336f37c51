"""oauth.v2.access: a code becomes a token, a refresh token becomes the next one."""

from __future__ import annotations

from .. import installing
from ..errors import SlackError
from ..model import Json
from .call import Call, method


@method("oauth.v2.access")
def access(call: Call) -> Json:
    app = call.world.app
    if call.text("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    match call.text("grant_type"):
        case "refresh_token":
            return _renewed(call)
        case "" | "authorization_code":
            return _installed(call)
        case _:
            raise SlackError("invalid_grant_type")


def _installed(call: Call) -> Json:
    world = call.world
    consent = world.consents.get(call.text("code"))
    if consent is None or consent.expires_at < world.clock.now():
        raise SlackError("invalid_code")
    if call.text("redirect_uri") not in {"", *world.app.redirect_urls}:
        raise SlackError("bad_redirect_uri")
    del world.consents[call.text("code")]
    return installing.answer(world, installing.installed(world, consent), consent.installer)


def _renewed(call: Call) -> Json:
    world = call.world
    old = world.refreshes.get(call.text("refresh_token"))
    if old is None or old.revoked or world.bot_of(old).deleted:
        raise SlackError("invalid_refresh_token")
    del world.refreshes[old.refresh]
    return installing.answer(world, installing.renewed(world, old))
