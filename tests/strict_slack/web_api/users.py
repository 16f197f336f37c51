"""users.*, usergroups.*, dnd.*, team.info, bots.info: people, groups and where they work."""

from __future__ import annotations

from .. import shapes
from ..errors import SlackError
from ..model import Json, User
from .call import Call, method, page

_DND_AT_ONCE = 50


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
    return _dnd(call, _user(call))


@method("dnd.teamInfo")
def dnd_of_many(call: Call) -> Json:
    asked = call.listed("users")
    if not asked:
        raise SlackError("no_users_provided")
    if len(asked) > _DND_AT_ONCE:
        call.violate("too_many_users", f"{len(asked)} users, of which Slack takes {_DND_AT_ONCE}")
    users = {id_: call.workspace.users.get(id_) for id_ in asked[:_DND_AT_ONCE]}
    if any(user is None or user.is_bot for user in users.values()):
        raise SlackError("user_not_visible")
    return {"users": {id_: _dnd(call, user) for id_, user in users.items() if user is not None}}


def _dnd(call: Call, user: User) -> Json:
    """What others are told of somebody: the next time without notifications, by their hours or because they paused
    them, which of the two is not said."""
    begins, ends = int(user.dnd_from), int(user.dnd_until or 1)
    enabled = ends > call.world.clock.now()
    return {"dnd_enabled": enabled, "next_dnd_start_ts": begins if enabled else 1,
            "next_dnd_end_ts": ends if enabled else 1}  # fmt: skip


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
