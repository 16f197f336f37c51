"""oauth.v2.access: a code becomes a token, a refresh token becomes the next one."""

from __future__ import annotations

from ..errors import SlackError
from ..model import Json
from .call import Call, method


@method("oauth.v2.access")
def access(call: Call) -> Json:
    app, world = call.world.app, call.world
    if call.text("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    installation = world.codes.pop(call.text("code"), None)
    if installation is None:
        raise SlackError("invalid_code")
    if call.text("redirect_uri") not in {"", *app.redirect_urls}:
        raise SlackError("bad_redirect_uri")
    token, installer = installation
    workspace = world.workspaces[token.team_id]
    world.tokens[token.secret] = token
    world.bots[workspace.id] = workspace.users[token.user_id]
    return {
        "app_id": app.id,
        "authed_user": {"id": installer},
        "scope": ",".join(sorted(token.scopes)),
        "token_type": "bot",
        "access_token": token.secret,
        "bot_user_id": token.user_id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
