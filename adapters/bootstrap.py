"""The one place where the program is built: every client, session and setting arrives here as an argument."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute

from adapters.directory.file import CatalogueFile, Snapshot
from adapters.directory.people import CatalogueDirectory
from adapters.directory.reading import SAMPLE
from adapters.duty import OnDuty
from adapters.local import server as local_server
from adapters.local.access import Door, kept_key
from adapters.local.platform import LocalChat
from adapters.local.rooms import LocalPerson, LocalRoom
from adapters.local.store import LocalStore
from adapters.matrix.settings import AppService, MatrixSettings
from adapters.presence import SECONDS_BETWEEN_LOOKS, Presences
from adapters.program import Program
from adapters.public import PublicPages
from adapters.scheduling.ticks import Ticks
from adapters.sealing import Seal, kept_secret
from adapters.settings import Settings
from adapters.slack.installations import Installations
from adapters.slack.platform import SlackChat
from adapters.slack.settings import SlackSettings
from adapters.slack.several import SlackWorkspaces
from adapters.sql import schema
from adapters.sql.address import BadDatabaseAddress, read_address
from adapters.sql.codec import Codec
from adapters.sql.engine import Database, open_database
from adapters.sql.installations import SqlInstallations
from adapters.sql.replicas import Leaders
from adapters.sql.repositories import REPOSITORIES
from adapters.sql.storage import KEPT, SqlStorage
from adapters.sql.work import Repositories
from adapters.text import language
from adapters.text.voices import BabelVoices
from adapters.wake import Changes
from adapters.watching import Figures, Parts
from adapters.web.app import Looks, make_app
from bot import broadcasts, homes, links
from bot.chat import Chat
from bot.clock import Clock, system_clock
from bot.delivery import Delivery
from bot.desk import Desk, core_handlers
from bot.people import Directory
from bot.refs import Platform, RoomRef, UserRef
from bot.router import Handlers, Router
from bot.texts import Voices
from bot.threads import InThread, Threads, Wake
from bot.uow import Work
from bot.worker import Worker
from incidents import conversation as incident_conversation
from incidents import events as incident_events
from incidents import handlers as incident_handlers
from incidents import ports as incident_ports
from incidents import schedule as incident_schedule
from incidents.catalogue.model import Catalogue
from knowledge import conversation as knowledge_conversation
from knowledge import handlers as knowledge_handlers
from knowledge import home as knowledge_home
from knowledge.search import KnownAnswers
from swarming import conversation as swarm_conversation
from swarming import events as swarm_events
from swarming import handlers as swarm_handlers
from swarming import home as swarm_home
from swarming import ports as swarm_ports
from swarming import schedule as swarm_schedule
from swarming.crew import SwarmCrew
from swarming.rooms import WithSwarmRooms

ROUTER = Router.joined((
    swarm_conversation.router, knowledge_conversation.router, incident_conversation.router,
    swarm_home.router, knowledge_home.router, links.router,
))  # fmt: skip
HANDLERS = Handlers.joined((
    core_handlers, incident_handlers.handlers, swarm_handlers.handlers, knowledge_handlers.handlers,
))  # fmt: skip
CODEC = Codec((*incident_events.FACTS, *swarm_events.FACTS))

SECONDS_BETWEEN_SWEEPS = 5
SECONDS_BETWEEN_HOMES = 10
SECONDS_BETWEEN_PURGES = 3600


@runtime_checkable
class _Called(Protocol):
    """A network that calls the bot."""

    def routes(self) -> Sequence[BaseRoute]:
        """Where."""
        ...


@dataclass(frozen=True, slots=True)
class _Chosen:
    """``incidents.ports.Settings``: what an operator chose."""

    public_url: str
    update_within_minutes: int
    platforms: frozenset[Platform]
    confidential_on: frozenset[Platform]


def open_storage(
    settings: Settings, catalogue: CatalogueFile, *, clock: Clock = system_clock, alone: bool = True,
    quietness: swarm_ports.Quietness | None = None,
) -> tuple[Database, SqlStorage]:  # fmt: skip
    """The database with everything that works on it; not ``alone`` for tools that look while the program runs."""
    database = open_database(settings.database.url.get_secret_value(), alone=alone)
    storage = SqlStorage(
        database, CODEC, subscriptions=HANDLERS.subscriptions,
        repositories=_repositories(settings, catalogue, clock, quietness or swarm_ports.NothingKnown()),
        clock=clock,
    )  # fmt: skip
    return database, storage


def forget_unread(settings: Settings, database: Database, accounts: Collection[str]) -> int:
    """Take what these accounts sent on Matrix and nobody could read yet out of what is kept sealed; returns how many
    messages. Raises ``ChatUnavailable`` when that cannot be opened."""
    if not settings.matrix.on:
        return 0
    forgetting = importlib.import_module("adapters.matrix.forgetting")
    matrix = _matrix(settings, None)
    storage = SqlStorage(database, CODEC, subscriptions={}, repositories={}, clock=system_clock)
    sealed = storage.cursor(forgetting.row_of(matrix))
    if not sealed:
        return 0
    known = [UserRef.parse(account) for account in accounts if account.startswith(f"{Platform.MATRIX}:")]
    row, messages = forgetting.forgotten(matrix, sealed, {account.id for account in known})
    if messages:
        storage.hear([], [row])
    return int(messages)


def database_exists(settings: Settings) -> bool:
    """Whether there is a file, where the database is one."""
    address = read_address(settings.database.url.get_secret_value())
    return address.get_backend_name() != "sqlite" or Path(str(address.database)).is_file()


@contextmanager
def database_to_look_at(settings: Settings) -> Iterator[Database | None]:
    """The database beside a program that may be running; None where it cannot be opened."""
    try:
        there = database_exists(settings)
    except BadDatabaseAddress:
        there = False
    database = open_database(settings.database.url.get_secret_value(), alone=False) if there else None
    try:
        yield database
    finally:
        if database is not None:
            database.close()


def open_catalogue(settings: Settings) -> CatalogueFile:
    """The operator's catalogue, or the sample organisation's."""
    return CatalogueFile(settings.catalogue.path or SAMPLE)


def build_networks(
    settings: Settings,
    catalogue: CatalogueFile | None,
    voices: Voices,
    database: Database | None,
    thread: InThread,
) -> dict[Platform, Chat]:
    """The networks that are set up, with the rooms of the catalogue if there is one; nothing is connected yet. Without
    a database there is none that is set up in there."""
    chats: dict[Platform, Chat] = {}
    if settings.slack.several and database is not None:
        chats[Platform.SLACK] = SlackWorkspaces(
            _slack(settings), voices, _installations(settings, database, thread),
            rooms=_rooms_on(catalogue, Platform.SLACK),
        )  # fmt: skip
    elif settings.slack.on and not settings.slack.several:
        chats[Platform.SLACK] = SlackChat(_slack(settings), voices, rooms=_rooms_on(catalogue, Platform.SLACK))
    if settings.matrix.on:
        # Matrix's library takes a quarter of the start and 18 MB: it is only for those who use it.
        matrix = importlib.import_module("adapters.matrix.platform")
        rooms = _rooms_on(catalogue, Platform.MATRIX)
        chats[Platform.MATRIX] = matrix.MatrixChat(_matrix(settings, catalogue), rooms=rooms)
    return chats


def build_chats(
    settings: Settings, catalogue: CatalogueFile, voices: Voices, database: Database, thread: InThread
) -> Mapping[Platform, Chat]:
    """The networks that are set up, and the chat in the browser with everybody of the catalogue in it."""
    chats = build_networks(settings, catalogue, voices, database, thread)
    if settings.local_on:
        store = LocalStore(settings.local.store)
        chat = LocalChat(store, f"http://{settings.http.host}:{settings.http.port}")
        chats[Platform.LOCAL] = chat
        _seed(chat, catalogue.current())
    return chats


def voices_of(settings: Settings, clock: Clock = system_clock) -> BabelVoices:
    """The voices in all languages."""
    return BabelVoices(language.detect, settings.general.zone, clock)


def build(settings: Settings, *, clock: Clock = system_clock) -> Program:
    """Build everything; to be called inside the running event loop. The tables are brought up to date."""
    catalogue = open_catalogue(settings)
    voices = voices_of(settings, clock)
    presences = Presences(catalogue.current, clock)
    database, storage = open_storage(settings, catalogue, clock=clock, quietness=presences)
    schema.migrate(database)
    threads = Threads(4)
    chats = build_chats(settings, catalogue, voices, database, threads)
    one_listener = _one_listener(settings)
    wake, ticks, leaders = Wake(), Ticks(), Leaders(database)
    delivery = Delivery(storage, chats, threads)
    worker = Worker(storage, Desk(ROUTER, HANDLERS), delivery, threads, wake, clock)
    changes = Changes()
    storage.on_new(changes.announce)
    _schedule(ticks, storage, catalogue, chats, threads, clock)
    ticks.every(SECONDS_BETWEEN_LOOKS, partial(presences.look, chats.values()), "presence")
    registry = CollectorRegistry()
    registry.register(Figures(storage, chats, clock))
    app = make_app(
        PublicPages(storage), changes, voices,
        Parts(storage, chats, one_listener if database.is_postgres else frozenset()), registry,
        looks=Looks(
            organisation=catalogue.current().organisation.name,
            chat_url="/chat/" if Platform.LOCAL in chats else "",
            public_url=settings.http.public_url,
        ),
        extra_routes=_routes(settings, chats), host=settings.http.host,
    )  # fmt: skip
    return Program(
        storage=storage, chats=chats, one_listener=one_listener, worker=worker, delivery=delivery, threads=threads,
        wake=wake, leaders=leaders, ticks=ticks, app=app, host=settings.http.host, port=settings.http.port,
        closing=(leaders.close, database.close),
    )  # fmt: skip


def _one_listener(settings: Settings) -> frozenset[Platform]:
    """Networks that only one replica may hear at a time."""
    return frozenset() if settings.matrix.is_appservice else frozenset({Platform.MATRIX})


def _repositories(
    settings: Settings, catalogue: CatalogueFile, clock: Clock, quietness: swarm_ports.Quietness
) -> Repositories:
    directory = CatalogueDirectory(catalogue.current)
    voices = voices_of(settings, clock)
    networks = ((Platform.SLACK, settings.slack.on), (Platform.MATRIX, settings.matrix.on),
                (Platform.LOCAL, settings.local_on))  # fmt: skip
    # only then can anybody have accounts to be linked
    several = sum(on for _, on in networks) > 1 or settings.slack.several
    chosen = _Chosen(
        public_url=settings.http.public_url,
        update_within_minutes=settings.general.update_within_minutes,
        platforms=frozenset(platform for platform, on in networks if on),
        confidential_on=settings.general.confidential_on,
    )
    return {
        **REPOSITORIES,
        **({} if several else {links.Links: lambda work: links.NoLinks()}),
        Directory: lambda work: WithSwarmRooms(links.WithLinks(directory, work) if several else directory, work),
        Voices: lambda work: voices,
        incident_ports.Settings: lambda work: chosen,
        incident_ports.CatalogueNow: lambda work: Snapshot(catalogue.current()),
        incident_ports.Crew: SwarmCrew,
        incident_ports.Answers: KnownAnswers,
        swarm_ports.Quietness: lambda work: quietness,
    }


def _schedule(
    ticks: Ticks,
    storage: SqlStorage,
    catalogue: CatalogueFile,
    chats: Mapping[Platform, Chat],
    threads: Threads,
    clock: Clock,
) -> None:
    async def remind() -> None:
        for sweep in (
            incident_schedule.remind_of_overdue_updates, incident_schedule.watch_targets,
            incident_schedule.ask_how_it_went,
            swarm_schedule.ask_who_was_spared,
        ):  # fmt: skip
            await threads(_sweep, storage, sweep)

    async def show_progress() -> None:
        await threads(_sweep, storage, broadcasts.show_progress)

    async def show_homes() -> None:
        await threads(_sweep, storage, lambda work: homes.refresh(work, ROUTER.sections))

    async def reload() -> None:
        report = await threads(catalogue.reload_if_changed)
        local = chats.get(Platform.LOCAL)
        if report is not None and report.ok and isinstance(local, LocalChat):
            await threads(_seed, local, catalogue.current())

    async def purge() -> None:
        await threads(storage.purge, clock() - KEPT)

    if isinstance(slack := chats.get(Platform.SLACK), SlackChat | SlackWorkspaces):
        ticks.every(SECONDS_BETWEEN_SWEEPS, OnDuty(catalogue, Platform.SLACK, slack.group, threads).look, "on duty")
    ticks.every(SECONDS_BETWEEN_SWEEPS, remind, "remind")
    ticks.every(SECONDS_BETWEEN_SWEEPS, show_progress, "progress")
    ticks.every(SECONDS_BETWEEN_HOMES, show_homes, "homes")
    ticks.every(SECONDS_BETWEEN_SWEEPS, reload, "catalogue")
    ticks.every(SECONDS_BETWEEN_PURGES, purge, "purge")


def _sweep(storage: SqlStorage, sweep: Callable[[Work], int]) -> None:
    with storage.work() as work:
        sweep(work)


def _routes(settings: Settings, chats: Mapping[Platform, Chat]) -> Sequence[BaseRoute]:
    routes: list[BaseRoute] = []
    local = chats.get(Platform.LOCAL)
    for chat in chats.values():
        if isinstance(chat, _Called):
            routes += chat.routes()
    if isinstance(local, LocalChat):
        routes += local_server.routes(local.store, Door(kept_key(settings.local.store.with_suffix(".key"))))
    return routes


def _slack(settings: Settings) -> SlackSettings:
    slack = settings.slack
    return SlackSettings(
        bot_token=slack.bot_token.get_secret_value() if slack.bot_token else "",
        app_token=slack.app_token.get_secret_value() if slack.app_token else "",
        signing_secret=slack.signing_secret.get_secret_value() if slack.signing_secret else "",
        api_url=slack.api_url.rstrip("/") + "/",
        connections=slack.connections,
        client_id=slack.client_id,
        client_secret=slack.client_secret.get_secret_value() if slack.client_secret else "",
        public_url=settings.http.public_url,
        allowed_workspaces=frozenset(slack.allowed_workspaces),
    )


def _installations(settings: Settings, database: Database, thread: InThread) -> Installations:
    key = settings.slack.store_key
    secret = key.get_secret_value() if key else kept_secret(settings.slack.store_path)
    return Installations(SqlInstallations(database, system_clock), Seal(secret), thread)


def _matrix(settings: Settings, catalogue: CatalogueFile | None) -> MatrixSettings:
    matrix = settings.matrix
    organisation = catalogue.current().organisation.name if catalogue else ""
    token, hs = matrix.access_token or matrix.appservice_as_token, matrix.appservice_hs_token
    return MatrixSettings(
        homeserver=matrix.homeserver,
        user_id=matrix.user_id,
        password=matrix.password.get_secret_value() if matrix.password else "",
        access_token=token.get_secret_value() if token else "",
        allowed_servers=tuple(matrix.allowed_servers),
        own_servers=tuple(matrix.own_servers),
        store_path=matrix.store_path,
        store_key=matrix.store_key.get_secret_value() if matrix.store_key else "",
        encrypt_new_rooms=matrix.encrypt_new_rooms,
        only_signed_devices=matrix.only_signed_devices,
        new_identity=matrix.new_identity,
        space=f"{organisation or 'Swarmbridge'} – Swarms" if matrix.space else "",
        command_prefix=matrix.command_prefix,
        appservice=AppService(id=matrix.appservice_id, hs_token=hs.get_secret_value()) if hs else None,
    )


def _rooms_on(catalogue: CatalogueFile | None, platform: Platform) -> Callable[[], Sequence[RoomRef]]:
    def rooms() -> Sequence[RoomRef]:
        channels = catalogue.current().channels.values() if catalogue else ()
        return [room for channel in channels for room in channel.rooms if room.platform is platform]

    return rooms


def _seed(chat: LocalChat, catalogue: Catalogue) -> None:
    """Put the catalogue's people and channels into the local chat."""
    people = [
        LocalPerson(
            id=account.id, name=person.name, title=", ".join(team.name for team in catalogue.teams_of(person.id)),
            language=person.language, zone=person.zone, email=person.email,
        )
        for person in catalogue.people.values()
        for account in person.accounts
        if account.platform is Platform.LOCAL
    ]  # fmt: skip
    chat.seed(people, list(_local_rooms(catalogue)))


def _local_rooms(catalogue: Catalogue) -> Iterable[LocalRoom]:
    for channel in catalogue.channels.values():
        room = channel.room_on(Platform.LOCAL)
        if room is not None:
            yield LocalRoom(id=room.id, name=room.id)
