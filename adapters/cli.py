"""The command line: ``swarmbridge run | migrate | check | manifest slack | manifest matrix | catalogue check FILE |
export FILE | import FILE | erase PERSON | version``."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
import uvloop
from sqlalchemy.exc import DBAPIError

from adapters import bootstrap, checking, logs, settings
from adapters.directory import reading
from adapters.directory.file import CatalogueBroken, CatalogueFile
from adapters.matrix.registration import Registration
from adapters.settings import Matrix, Settings, SettingsError
from adapters.slack.manifest import manifest
from adapters.sql import erasing, schema, transfer
from adapters.sql.address import BadDatabaseAddress
from adapters.sql.engine import Database, DatabaseInUse, open_database
from bot.chat import Finding
from bot.errors import ChatUnavailable, StorageUnavailable
from bot.people import PersonId
from bot.threads import Threads

log = logging.getLogger(__name__)

_MATRIX_USER = re.compile(r"@[^:\s]+:\S+")
_TOKENS_MADE = """The tokens were made just now. Give the bot the same, in place of its password or access token:
SWARMBRIDGE_MATRIX__APPSERVICE_AS_TOKEN is the as_token, SWARMBRIDGE_MATRIX__APPSERVICE_HS_TOKEN the hs_token."""
CANNOT_GO_ON = (CatalogueBroken, BadDatabaseAddress, DatabaseInUse, StorageUnavailable, ChatUnavailable, OSError)

app = typer.Typer(
    help="Hears problems in chat, draws the right experts together, keeps everyone informed.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
manifest_app = typer.Typer(help="What a chat network must be told about the bot.", no_args_is_help=True)
catalogue_app = typer.Typer(help="The catalogue of teams, people and services.", no_args_is_help=True)
app.add_typer(manifest_app, name="manifest")
app.add_typer(catalogue_app, name="catalogue")


@app.command()
def run() -> None:
    """Start the bot. With no configuration: SQLite under ./var/, the chat in the browser, a sample organisation."""
    chosen = _settings()
    logs.configure(chosen.general.log_level, chosen.general.log_format)
    with _saying_why_not(), logs.apart(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(chosen))


@app.command()
def migrate() -> None:
    """Bring the database to this version."""
    with _database(_settings(), alone=True) as database:
        schema.migrate(database)
    print("The database is up to date.")


@app.command()
def check(
    retry: Annotated[int | None, typer.Option(help="Put the parked item with this number back.")] = None,
    drop: Annotated[int | None, typer.Option(help="Give the parked item with this number up.")] = None,
) -> None:
    """Look at settings, catalogue, database, tokens, scopes and rooms, and say what to do about each finding.

    Ends with 0 when all is well, 1 when something is to be mended, 2 when the settings cannot be used.
    """
    chosen = _settings()
    logs.configure("critical", "text")
    findings = [*checking.settings(chosen), *checking.catalogue(chosen.catalogue.path)]
    catalogue = bootstrap.open_catalogue(chosen) if all(finding.ok for finding in findings) else None
    findings += _check_database(chosen, catalogue, retry, drop)
    findings += asyncio.run(_check_networks(chosen, catalogue))
    for line in checking.lines(findings):
        print(line)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@manifest_app.command("slack")
def manifest_slack(
    mode: Annotated[Literal["socket", "http"], typer.Option(help="How Slack reaches the bot.")] = "socket",
    base_url: Annotated[str, typer.Option(help="Where the bot is reached, for http mode.")] = "",
    several: Annotated[bool, typer.Option("--several", help="For several workspaces or an organisation.")] = False,
) -> None:
    """Print the app manifest to paste at https://api.slack.com/apps → Create New App → From a manifest."""
    try:
        print(json.dumps(manifest(mode, base_url, _public_url(), several=several), indent=2))
    except ValueError as error:
        _fail(str(error))


@manifest_app.command("matrix")
def manifest_matrix(
    user_id: Annotated[str, typer.Option(help="The bot's account, such as @swarmbridge:example.org.")] = "",
    base_url: Annotated[str, typer.Option(help="Where the homeserver reaches the bot.")] = "",
) -> None:
    """Print the registration of the bot as an application service, to give to the homeserver. It holds both tokens:
    those of the settings, or new ones."""
    known = _matrix_settings()
    user, url = user_id or known.user_id, base_url or known.appservice_url
    if not _MATRIX_USER.fullmatch(user):
        _fail("Say which account it is: swarmbridge manifest matrix --user-id @swarmbridge:example.org")
    if not url.startswith(("http://", "https://")):
        _fail("Say where the homeserver reaches the bot: swarmbridge manifest matrix --base-url https://…")
    given = {"as_token": known.appservice_as_token, "hs_token": known.appservice_hs_token}
    tokens = {name: token.get_secret_value() for name, token in given.items() if token}
    print(Registration(user_id=user, url=url.rstrip("/"), id=known.appservice_id, **tokens).yaml(), end="")
    if not tokens:
        print(f"\n{_TOKENS_MADE}", file=sys.stderr)


@catalogue_app.command("check")
def catalogue_check(file: Path) -> None:
    """Say everything that is wrong or doubtful with a catalogue file."""
    raise typer.Exit(reading.check(file, sys.stdout))


@app.command()
def export(file: Annotated[Path, typer.Argument(help="Where to write; it must not be there yet.")]) -> None:
    """Write everything the database keeps to a file, as lines of JSON."""
    with _database(_settings()) as database:
        try:
            with file.open("x", encoding="utf-8") as out:
                os.chmod(file, 0o600)
                rows = sum(out.write(line + "\n") > 0 for line in transfer.export(database)) - 1
        except FileExistsError:
            _fail(f"{file} is there already. Name another file.")
    print(f"{rows} rows were written to {file}.")


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="What export wrote.")]) -> None:
    """Fill an empty database with what export wrote."""
    with _database(_settings()) as database, file.open(encoding="utf-8") as lines:
        schema.migrate(database)
        try:
            rows = transfer.take_in(database, lines)
        except transfer.CannotImport as wrong:
            _fail(str(wrong))
    print(f"{rows} rows were taken in.")


@app.command()
def erase(
    who: Annotated[str, typer.Argument(help="A person's id in the catalogue, or an account such as slack:U024BE7LH.")],
) -> None:
    """Take a person out of everything that is kept. What the bot carried for them to a room on another network it takes
    back when it runs; their messages in chat itself are the network's to delete."""
    chosen = _settings()
    with _saying_why_not():
        known = bootstrap.open_catalogue(chosen).current().person(PersonId(who))
    ids = {who, *(str(account) for account in known.accounts)} if known else {who}
    with _database(chosen) as database:
        ids = set(erasing.everyone(database, ids))
        unread = bootstrap.forget_unread(chosen, database, ids)
        rows = erasing.erase(database, ids, {known.name} if known else set()) + unread
    print(f"{rows} rows no longer speak of {who}." if rows else f"Nothing is kept about {who}.")
    if known:
        print("The catalogue still names them: take them out of the file too.")


@app.command()
def version() -> None:
    """Print the version."""
    print(version_of("swarmbridge"))


def main() -> None:
    """What the installed command calls."""
    app()


async def _run(chosen: Settings) -> None:
    until = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, until.set)
    program = bootstrap.build(chosen)
    if chosen.local_on:
        host = "localhost" if chosen.http.host in ("0.0.0.0", "::") else chosen.http.host
        base = f"http://{host}:{chosen.http.port}"
        print(f"\n  Chat:         {base}/chat/")
        if chosen.http.host not in ("127.0.0.1", "localhost", "::1"):
            key = chosen.local.store.with_suffix(".key")
            print(f"                from another machine or outside this container: /chat/?key=…, the key is in {key}")
        print(f"  Status page:  {base}/\n", flush=True)
    await program.run(until)


@contextmanager
def _database(chosen: Settings, *, alone: bool = False) -> Iterator[Database]:
    """The database, unless ``alone`` opened beside a program that may be running; what is wrong with it is said."""
    with _saying_why_not():
        database = open_database(chosen.database.url.get_secret_value(), alone=alone)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _saying_why_not() -> Iterator[None]:
    try:
        yield
    except CANNOT_GO_ON as error:
        _fail(str(error))
    except DBAPIError as error:
        _fail(f"The database cannot be used: {error.orig}. Ask: swarmbridge check")


def _public_url() -> str:
    """Where the pages are, as far as that was chosen already."""
    try:
        return settings.load(os.environ).http.public_url
    except SettingsError:
        return ""


def _matrix_settings() -> Matrix:
    """What was chosen for Matrix, as far as it can be used already."""
    try:
        return settings.load(os.environ).matrix
    except SettingsError:
        return Matrix()


def _settings() -> Settings:
    try:
        return settings.load(os.environ)
    except SettingsError as error:
        _fail(f"The settings cannot be used:\n{error}")


def _check_database(
    chosen: Settings, catalogue: CatalogueFile | None, retry: int | None, drop: int | None
) -> Iterator[Finding]:
    try:
        exists = bootstrap.database_exists(chosen)
    except BadDatabaseAddress as wrong:
        return iter([Finding(False, f"The database cannot be used: {wrong}", "mend database.url (DATABASE_URL)")])
    known = catalogue or CatalogueFile(reading.SAMPLE)
    return checking.database(exists, lambda: bootstrap.open_storage(chosen, known, alone=False), retry, drop)


async def _check_networks(chosen: Settings, catalogue: CatalogueFile | None) -> Sequence[Finding]:
    """Without a catalogue that can be used everything but its rooms is looked at."""
    with bootstrap.database_to_look_at(chosen) as database, closing(Threads(1)) as threads:
        chats = bootstrap.build_networks(chosen, catalogue, bootstrap.voices_of(chosen), database, threads)
        return await checking.chats(chats.values())


def _fail(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise typer.Exit(2)


if __name__ == "__main__":
    main()
