"""Two whole programs on one PostgreSQL behind one address, to which a homeserver pushes what people write."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters import bootstrap, settings
from adapters.matrix.registration import Registration
from adapters.web.server import serving
from tests.matrix.appservices import Alternating, PushingServer
from tests.matrix.people import Person, eventually
from tests.promises.places import Line, MatrixPlace
from tests.promises.reports import report
from tests.servers.postgres import PostgresServer
from tests.servers.synapse import Account

REPORTS = 6


class PushedPlace(MatrixPlace):
    """A homeserver that calls the program."""

    def __init__(self, folder: Path, synapse: PushingServer) -> None:
        super().__init__(folder, synapse)
        self.registration: Registration = synapse.service(opens_rooms=True)
        self.bot = Account(self.registration.user_id, self.registration.as_token, "", "")
        self._as_bot = Person(synapse.base_url, self.bot)

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "MATRIX_HOMESERVER": self.base_url, "MATRIX_USER_ID": self.registration.user_id,
            "SWARMBRIDGE_MATRIX__APPSERVICE_AS_TOKEN": self.registration.as_token,
            "SWARMBRIDGE_MATRIX__APPSERVICE_HS_TOKEN": self.registration.hs_token,
            "SWARMBRIDGE_MATRIX__APPSERVICE_ID": self.registration.id,
            "SWARMBRIDGE_CATALOGUE__PATH": str(self.catalogue), "SWARMBRIDGE_HTTP_PORT": "0",
        }  # fmt: skip


@pytest.mark.timeout(180)
async def test_each_report_is_answered_once_whichever_replica_takes_it(
    pushing: PushingServer, postgres: PostgresServer, tmp_path: Path
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        place = await stack.enter_async_context(PushedPlace(tmp_path, pushing))
        chosen = settings.load({**place.settings, "DATABASE_URL": postgres.database()})
        programs = [bootstrap.build(chosen) for _ in range(2)]
        door = Alternating([program.app for program in programs])
        await stack.enter_async_context(serving(door, "127.0.0.1", int(place.registration.url.rpartition(":")[2])))
        for program in programs:
            await stack.enter_async_context(program.running())

        async def is_in() -> bool:
            return set(place.rooms.values()) <= set(await place._joined())

        await eventually(is_in)
        said = [await place.say("help-a", report(n)) for n in range(REPORTS)]

        async def answered() -> list[Line]:
            receipts = [line for line in await place.spoken() if line.receipt]
            return receipts if len(receipts) >= REPORTS else []

        receipts = await eventually(answered, within=60)

    assert Counter(line.thread for line in receipts) == {line.id: 1 for line in said}
    assert sorted(line.receipt or 0 for line in receipts) == list(range(1, REPORTS + 1))
    assert len(door.taken) > REPORTS
