"""auth.*, api.test, apps.connections.open, emoji.list: the plain ones."""

from __future__ import annotations

from ..errors import SlackError
from ..model import Json
from .call import Call, method, page


@method("api.test")
def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise SlackError(error)
    return {"args": dict(call.args)}


@method("auth.test")
def auth_test(call: Call) -> Json:
    workspace, bot, whole = call.workspace, call.bot, call.token.enterprise if call.token else None
    enterprise = {"enterprise_id": workspace.enterprise.id} if workspace.enterprise else {}
    return {
        "url": f"https://{workspace.domain}.{'enterprise.' if whole else ''}slack.com/",
        "team": whole.name if whole else workspace.name,
        "user": bot.handle,
        "team_id": whole.id if whole else workspace.id,
        "user_id": bot.id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": whole is not None,
    } | enterprise


@method("auth.teams.list")
def auth_teams(call: Call) -> Json:
    assert call.token is not None
    added = (id_ for id_ in call.world.reached(call.token) if id_ not in call.world.not_added)
    reached = [call.world.workspaces[id_] for id_ in added]
    shown, cursor = page([{"id": one.id, "name": one.name} for one in reached], call, default=100, most=1000)
    return {"teams": shown, "response_metadata": {"next_cursor": cursor}}


@method("auth.revoke")
def auth_revoke(call: Call) -> Json:
    assert call.token is not None
    call.token.revoked = not call.flag("test")
    return {"revoked": call.token.revoked}


@method("apps.connections.open")
def connections_open(call: Call) -> Json:
    world = call.world
    if not world.app.uses_sockets:
        raise SlackError("forbidden_team")
    ticket = world.ids.new("")
    world.tickets.add(ticket)
    return {"url": f"{world.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={world.app.id}"}


@method("emoji.list")
def emoji_list(call: Call) -> Json:
    return {"emoji": {}, "cache_ts": f"{call.world.clock.now():.6f}"}
