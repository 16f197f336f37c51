"""Installing the app through OAuth: what somebody agrees to, what the app is given for it, and how that is renewed."""

from __future__ import annotations

import urllib.parse

from .app import Token
from .errors import PersonCannot
from .model import Enterprise, Json, User, Workspace
from .world import Consent, World

CODE_LASTS = 600.0
MOST_LIVE_TOKENS = 2


def asked(world: World, address: str) -> dict[str, str]:
    """What the address of the page of consent asks for; `PersonCannot` is what Slack shows in place of the page."""
    parts = urllib.parse.urlsplit(address)
    query = {name: values[0] for name, values in urllib.parse.parse_qs(parts.query).items()}
    if parts.path != "/oauth/v2/authorize":
        raise PersonCannot(f"{address} is not where Slack asks for consent")
    if query.get("client_id") != world.app.client_id:
        raise PersonCannot("Invalid client_id parameter")
    if not query.get("scope"):
        raise PersonCannot("No scopes requested")
    if unknown := set(query["scope"].split(",")) - world.app.scopes:
        raise PersonCannot(f"Invalid permissions requested: {sorted(unknown)}")
    if query.get("redirect_uri", "") not in {"", *world.app.redirect_urls} or not world.app.redirect_urls:
        raise PersonCannot("redirect_uri did not match any configured URIs")
    return query


def came_back(world: World, query: dict[str, str], **answer: str) -> str:
    """The address that Slack sends the browser back to."""
    back = query.get("redirect_uri") or world.app.redirect_urls[0]
    return f"{back}?{urllib.parse.urlencode({**answer, 'state': query.get('state', '')})}"


def code(world: World, workspace: Workspace, installer: str, scopes: frozenset[str], *, whole: bool) -> str:
    """A code for what somebody agreed to, good for ten minutes and once."""
    if whole and workspace.enterprise is None:
        raise PersonCannot(f"{workspace.name} is in no organisation")
    made = f"{world.ids.new('')}.{world.dice.getrandbits(64):016x}"
    enterprise = workspace.enterprise if whole else None
    world.consents[made] = Consent(workspace, installer, scopes, enterprise, world.clock.now() + CODE_LASTS)
    return made


def installed(world: World, consent: Consent) -> Token:
    """The app with its bot in the workspace, or in all those of the organisation."""
    homes = [consent.workspace] if consent.enterprise is None else world.workspaces_of(consent.enterprise)
    bot = next((found for home in homes for found in _earlier_bots(world, home)), None) or _new_bot(world, homes[0])
    bot.deleted = False
    for home in homes:
        home.users[bot.id] = bot
        world.bots[home.id] = bot
    return _token(world, bot, consent.scopes, homes[0].id if consent.enterprise is None else "", consent.enterprise)


def renewed(world: World, old: Token) -> Token:
    """The next token in place of one that will expire; only the last two go on."""
    bot = world.bot_of(old)
    fresh = _token(world, bot, old.scopes, old.team_id, old.enterprise)
    same = [one for one in world.tokens.values() if one.user_id == bot.id and not one.revoked]
    for one in same[:-MOST_LIVE_TOKENS]:
        one.revoked = True
    return fresh


def answer(world: World, token: Token, installer: str = "") -> Json:
    """What oauth.v2.access says of a token."""
    app, enterprise = world.app, token.enterprise
    home = world.workspaces.get(token.team_id)
    if enterprise is None and home is not None:
        enterprise = home.enterprise
    said: Json = {
        "app_id": app.id,
        "authed_user": {"id": installer} if installer else {},
        "scope": ",".join(sorted(token.scopes)),
        "token_type": "bot",
        "access_token": token.secret,
        "bot_user_id": token.user_id,
        "team": {"id": home.id, "name": home.name} if home else None,
        "enterprise": {"id": enterprise.id, "name": enterprise.name} if enterprise else None,
        "is_enterprise_install": token.enterprise is not None,
    }
    rotation = {"refresh_token": token.refresh, "expires_in": int(app.tokens_last)} if token.refresh else {}
    return said | rotation


def _token(
    world: World, bot: User, scopes: frozenset[str], team_id: str, enterprise: Enterprise | None
) -> Token:  # fmt: skip
    rotates = world.app.rotation
    secret = f"{'xoxe.xoxb-1' if rotates else 'xoxb'}-{world.dice.getrandbits(96):024x}"
    token = Token(secret, "bot", scopes, team_id, bot.id, enterprise=enterprise)
    if rotates:
        token.expires_at = world.clock.now() + world.app.tokens_last
        token.refresh = f"xoxe-1-{world.dice.getrandbits(96):024x}"
        world.refreshes[token.refresh] = token
    world.tokens[secret] = token
    return token


def _earlier_bots(world: World, home: Workspace) -> list[User]:
    return [user for user in home.users.values() if user.app_id == world.app.id]


def _new_bot(world: World, home: Workspace) -> User:
    handle = world.app.name.lower().replace(" ", "_")
    bot = User(world.ids.new("U"), home.id, handle, world.app.name, is_bot=True, tz="America/Los_Angeles")
    bot.bot_id, bot.app_id = world.ids.new("B"), world.app.id
    return bot
