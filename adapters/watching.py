"""What operators' machines see: whether each part is ready, and the figures of the queues and networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from adapters.sql.storage import SqlStorage
from adapters.web.ports import Part
from bot.chat import Chat
from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.refs import Platform


class Parts:
    """``adapters.web.ports.Readiness``: the database and each network."""

    def __init__(self, storage: SqlStorage, chats: Mapping[Platform, Chat], elsewhere: frozenset[Platform]) -> None:
        self._storage = storage
        self._chats = chats
        self._elsewhere = elsewhere

    def parts(self) -> Sequence[Part]:
        """Everything the program stands on."""
        return [self._database(), *(self._network(chat) for chat in self._chats.values())]

    def _database(self) -> Part:
        try:
            self._storage.next_due()
        except StorageUnavailable:  # what it said names its address, and this is told to whoever asks
            return Part("database", False, "The database does not answer; see the log, or ask “swarmbridge check”.")
        return Part("database", True)

    def _network(self, chat: Chat) -> Part:
        name = str(chat.platform)
        if chat.connected or chat.platform in self._elsewhere:
            return Part(name, True)
        return Part(name, False, f"{name} is not connected; see the log, or ask “swarmbridge check”.")


class Figures(Collector):
    """Gauges read when they are asked for. Labels name queues and networks, never people, services or texts."""

    def __init__(self, storage: SqlStorage, chats: Mapping[Platform, Chat], clock: Clock) -> None:
        self._storage = storage
        self._chats = chats
        self._clock = clock

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked for at registration: the database may be away then."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        connected = GaugeMetricFamily("swarmbridge_connected", "Whether a chat network is heard.", labels=["network"])
        for platform, chat in self._chats.items():
            connected.add_metric([platform], float(chat.connected))
        yield connected
        database = GaugeMetricFamily("swarmbridge_database_up", "Whether the database answers.")
        try:
            queues = list(self._queues())
        except StorageUnavailable:
            database.add_metric([], 0.0)
            yield database
            return
        database.add_metric([], 1.0)
        yield database
        yield from queues

    def _queues(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            "swarmbridge_jobs", "Things heard, facts and intents: ready to be done, or parked for an operator.",
            labels=["queue", "state"],
        )  # fmt: skip
        for queue, states in self._storage.depths().items():
            for state, n in states.items():
                waiting.add_metric([queue, state], n)
        yield waiting
        age = GaugeMetricFamily("swarmbridge_oldest_job_seconds", "Age of the oldest thing to do.", labels=["queue"])
        now = self._clock()
        for queue, at in self._storage.oldest().items():
            age.add_metric([queue], (now - at).total_seconds())
        yield age
