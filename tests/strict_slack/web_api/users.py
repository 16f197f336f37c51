"""users.*, usergroups.*, dnd.*, team.info, bots.info: people, groups and where they work."""

from __future__ import annotations

from .. import shapes
from ..errors import SlackError
from ..model import Json, User
from .call import Call, method, page


def _user(call: Call, error: str = "user_not_found") -> User:
    found = call.workspace.users.get(call.text("user") or call.bot.id)
    if found is None:
        raise SlackError(error if call.spec.documents(error) else "invalid_arguments")
    return found


def _shown(call: Call, user: User) -> Json:
    with_locale = call.flag("include_locale")
    return shapes.user(user, with_email=call.has_scope("users:read.email"), with_locale=with_locale)


@method("users.info")
def info(call: Call) -> Json:
    return {"user": _shown(call, _user(call))}


@method("users.list")
def list_(call: Call) -> Json:
    users = list(call.workspace.users.values())
    shown, cursor = page(users, call, default=len(users) or 1, most=1000)
    if "limit" not in call.args and len(users) > 200:
        call.violate("users_list_without_limit", "ask with a limit and follow the cursor")
    whole = [_shown(call, user) for user in shown]
    return {"members": whole, "cache_ts": int(call.world.clock.now()), "response_metadata": {"next_cursor": cursor}}


@method("users.lookupByEmail")
def lookup_by_email(call: Call) -> Json:
    email = call.text("email").casefold()
    for user in call.workspace.users.values():
        if user.email and user.email.casefold() == email and not user.deleted:
            return {"user": _shown(call, user)}
    raise SlackError("users_not_found")


@method("users.getPresence")
def get_presence(call: Call) -> Json:
    return {"presence": _user(call).presence}


@method("users.profile.get")
def profile(call: Call) -> Json:
    return {"profile": shapes.profile(_user(call), with_email=call.has_scope("users:read.email"))}


@method("bots.info")
def bots_info(call: Call) -> Json:
    wanted = call.text("bot")
    for user in call.workspace.users.values():
        if wanted and user.bot_id == wanted:
            icons = {f"image_{size}": "https://example.com/icon.png" for size in (36, 48, 72)}
            shown = {"id": wanted, "deleted": user.deleted, "name": user.real_name, "updated": user.updated}
            return {"bot": shown | {"app_id": user.app_id, "user_id": user.id, "icons": icons}}
    raise SlackError("bot_not_found")


@method("dnd.info")
def dnd(call: Call) -> Json:
    user = _user(call)
    snoozed = user.dnd_until is not None and user.dnd_until > call.world.clock.now()
    ends = int(user.dnd_until or 1)
    return {"dnd_enabled": snoozed, "next_dnd_start_ts": 1, "next_dnd_end_ts": ends if snoozed else 1}


@method("team.info")
def team(call: Call) -> Json:
    workspace = call.workspace
    if call.text("team") not in {"", workspace.id}:
        raise SlackError("team_not_found")
    url = f"https://{workspace.domain}.slack.com/"
    shown = {"id": workspace.id, "name": workspace.name, "domain": workspace.domain, "url": url, "email_domain": ""}
    return {"team": shown | {"icon": {"image_default": True}, "is_verified": False, "locale": "en-US"}}


@method("usergroups.list")
def groups(call: Call) -> Json:
    shown = [
        shapes.group(
            group,
            call.workspace.id,
            with_users=call.flag("include_users"),
            with_count=call.flag("include_count"),
        )
        for group in call.workspace.groups.values()
        if not group.disabled or call.flag("include_disabled")
    ]
    return {"usergroups": shown}


@method("usergroups.users.list")
def group_users(call: Call) -> Json:
    group = call.workspace.groups.get(call.text("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}
