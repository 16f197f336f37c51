"""Performs intents: in order per lane, leased, backed off while a network is away, parked when it refuses."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, assert_never

from bot.chat import Chat, HasBookmarks, HasHomes, HasPreviews, HasWorkspaces, Once
from bot.errors import NOTHING_TO_ACT_ON, ChatRefused, ChatUnavailable, StorageUnavailable
from bot.facts import (
    Fact,
    FormNotShown,
    IntentRefused,
    InviteRefused,
    RemoveRefused,
    RoomOpened,
    ThreadNotRead,
    ThreadRead,
)
from bot.intents import (
    Ask,
    Bookmark,
    CloseRoom,
    Direct,
    Edit,
    Invite,
    MessageOf,
    OpenRoom,
    Pin,
    Place,
    Post,
    Preview,
    React,
    ReadThread,
    Remove,
    Retract,
    SetTopic,
    ShowHome,
    ThreadOf,
    Unreact,
    Whisper,
)
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef
from bot.threads import InThread
from bot.trace import tracing
from bot.uow import Claimed, Outcome, Storage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=35)
"""How long a claimed intent is ours; after that another replica may take it. Also how long what a killed one had out
waits."""
PATIENCE = 15.0
"""Seconds one act may take before it counts as unanswered; an act is begun only while the lease outlasts it."""
LAST_START = LEASE.total_seconds() - PATIENCE - 5
TRIES_AT_A_MISTAKE = 8
"""After so many unexpected errors an intent is parked; a network that is merely away is waited for without end."""
LONGEST_BACKOFF = 60.0
LONGEST_WAIT_TO_SETTLE = 5.0
REMEMBERED = 5_000

Spoken = Post | Edit | Retract | React | Unreact | Pin | Whisper | Ask


class Delivery:
    """Takes intents that are due and performs them on their networks."""

    def __init__(
        self, storage: Storage, chats: Mapping[Platform, Chat], thread: InThread, *, at_once: int = 40
    ) -> None:
        self._storage = storage
        self._chats = chats
        self._thread = thread
        self._at_once = at_once
        self._out: set[asyncio.Task[None]] = set()
        self._made: OrderedDict[str, str] = OrderedDict()
        self._settled: list[Outcome] = []
        self._settling = asyncio.Lock()
        self._ending = False
        self._bell: Callable[[], None] = lambda: None

    def on_free(self, bell: Callable[[], None]) -> None:
        """Have this called whenever a lane's run has ended, for there may be more of the lane."""
        self._bell = bell

    async def deliver(self) -> bool:
        """Start performing what is due, each lane on its own; True when there may be more at once."""
        if (free := self._at_once - len(self._out)) <= 0:
            await asyncio.wait(self._out, return_when=asyncio.FIRST_COMPLETED)
            return True
        last_start = asyncio.get_running_loop().time() + LAST_START
        claimed = await self._thread(self._storage.claim, free, LEASE)
        for _, run in itertools.groupby(claimed, key=lambda c: c.intent.lane):
            self._start(self._perform_in_order(tuple(run), last_start))
        return len(claimed) >= free

    async def finish(self, seconds: float) -> None:
        """Let what is under way end, at most so long; what does not is taken up again after its lease."""
        self._ending = True
        if self._out:
            _, late = await asyncio.wait(self._out, timeout=seconds)
            for task in late:
                task.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._out.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, run: asyncio.Task[None]) -> None:
        self._out.discard(run)
        if not run.cancelled() and (mistake := run.exception()):
            log.error("a run of deliveries broke off; it is taken up again after its lease", exc_info=mistake)
        self._bell()

    async def _perform_in_order(self, run: Sequence[Claimed], last_start: float) -> None:
        now = asyncio.get_running_loop().time
        for place, claimed in enumerate(run):
            if self._ending or now() > last_start:
                await self._settle(Outcome(id=later.id) for later in run[place:])
                return
            outcome = await self._outcome(claimed)
            if outcome.retry_in is not None:
                await self._settle([outcome, *(Outcome(id=later.id) for later in run[place + 1 :])])
                return
            self._settled.append(outcome)
            if claimed is run[-1] or isinstance(claimed.intent, Whisper):  # a whisper leaves no trace to look for
                await self._settle()
            elif not self._settling.locked():
                self._start(self._settle())

    async def _settle(self, outcomes: Iterable[Outcome] = ()) -> None:
        """Record outcomes, however long the database is away; what ends while some are recorded shares the next
        transaction."""
        self._settled.extend(outcomes)
        async with self._settling:
            tries = 0
            while self._settled:
                batch, self._settled = self._settled, []
                try:
                    await self._thread(self._storage.settle, batch)
                except StorageUnavailable:
                    self._settled = batch + self._settled
                    await asyncio.sleep(min(0.5 * 2**tries, LONGEST_WAIT_TO_SETTLE))
                    tries = min(tries + 1, 10)

    async def _outcome(self, claimed: Claimed) -> Outcome:
        with tracing(claimed.cause):
            return await self._tried(claimed)

    async def _tried(self, claimed: Claimed) -> Outcome:
        intent = claimed.intent
        context = {"intent": intent.key, "kind": type(intent).__name__, "about": intent.about}
        try:
            chat = self._chats.get(intent.platform)
            if chat is None:
                raise ChatRefused("not_connected", f"{intent.platform} is not set up; connect it or drop this item")
            async with asyncio.timeout(PATIENCE):
                receipt, facts = await self._do(chat, claimed)
        except ChatUnavailable as away:
            log.info("chat unavailable", extra=context | {"why": str(away)})
            pause, doubtful = away.retry_after or _backoff(claimed.attempts), claimed.doubtful or away.doubtful
            asked = away.retry_after is not None
            return Outcome(id=claimed.id, retry_in=pause, asked=asked, doubtful=doubtful, error=str(away))
        except TimeoutError:
            log.warning("chat did not answer in time", extra=context)
            return Outcome(id=claimed.id, retry_in=_backoff(claimed.attempts), doubtful=True, error="no answer in time")
        except ChatRefused as refused:
            return self._refused(claimed, refused, context)
        except StorageUnavailable as lost:  # before anything was done
            return Outcome(id=claimed.id, retry_in=_backoff(0), doubtful=claimed.doubtful, error=str(lost))
        except Exception as mistake:
            log.exception("delivery failed", extra=context)
            error = f"{type(mistake).__name__}: {mistake}"
            if claimed.attempts + 1 >= TRIES_AT_A_MISTAKE:
                return Outcome(id=claimed.id, parked=error, error=error)
            return Outcome(id=claimed.id, retry_in=_backoff(claimed.attempts), doubtful=True, error=error)
        if receipt:
            self._remember(intent.key, receipt)
        log.info("delivered", extra=context)
        return Outcome(id=claimed.id, done=True, receipt=receipt, facts=facts)

    def _refused(self, claimed: Claimed, refused: ChatRefused, context: dict[str, str]) -> Outcome:
        intent = claimed.intent
        if isinstance(intent, Ask):
            facts: tuple[Fact, ...] = (_not_shown(intent),)
            return Outcome(id=claimed.id, done=True, facts=facts)
        log.warning("chat refused", extra=context | {"code": refused.code, "advice": refused.advice})
        if isinstance(intent, ReadThread):
            return Outcome(id=claimed.id, done=True, facts=(_not_read(intent),))
        fact = IntentRefused(about=intent.about, key=intent.key, intent=type(intent).__name__, code=refused.code)
        if isinstance(intent, Post) and intent.instead:
            fact = replace(fact, card=intent.card, instead=intent.instead)
        return Outcome(id=claimed.id, parked=str(refused), error=str(refused), facts=(fact,))

    async def _do(self, chat: Chat, claimed: Claimed) -> tuple[str, Sequence[Fact]]:
        """Perform one intent: what it made (text form) and the facts that follow."""
        intent = claimed.intent
        told_to_many = isinstance(intent, Post) and bool(intent.broadcast)
        once = Once(intent.key, claimed.said_at, claimed.doubtful, broadcast=told_to_many)
        if isinstance(intent, ShowHome):
            if isinstance(chat, HasHomes):
                await chat.show_home(intent.user, intent.home, once)
            return "", ()
        if isinstance(intent, OpenRoom):
            opened = await self._open_room(chat, intent, once)
            return str(opened), (RoomOpened(about=intent.about, key=intent.key, room=opened),)
        room = await self._room(chat, intent.place)
        match intent:
            case Invite():
                return await self._invite(chat, room, intent, once)
            case Remove():
                return await self._remove(chat, room, intent, once)
            case SetTopic():
                await chat.set_topic(room, intent.topic, once)
            case Bookmark():
                await self._bookmark(chat, room, intent, once)
            case CloseRoom():
                await chat.close_room(room, once)
            case Preview():
                if isinstance(chat, HasPreviews):
                    await chat.preview(intent.message, intent.address, intent.card, once)
            case ReadThread():
                return await self._read(chat, intent)
            case _:
                return await self._speak(chat, room, intent, once), ()
        return "", ()

    async def _open_room(self, chat: Chat, intent: OpenRoom, once: Once) -> RoomRef:
        if intent.near is not None and isinstance(chat, HasWorkspaces):
            return await chat.open_room_near(intent.near, intent.name, intent.topic, once, private=intent.private)
        return await chat.open_room(intent.name, intent.topic, once, private=intent.private)

    async def _speak(self, chat: Chat, room: RoomRef, intent: Spoken, once: Once) -> str:
        """Say or show something: the text form of the message this made, if it made one."""
        match intent:
            case Post():
                return str(await chat.post(room, intent.card, once, thread=await self._thread_of(intent)))
            case Edit():
                await chat.edit(await self._message(intent.message), intent.card, once)
            case Retract():
                await chat.retract(await self._message(intent.message), once)
            case Unreact():
                await chat.unreact(await self._message(intent.message), intent.emoji, once)
            case React():
                await chat.react(await self._message(intent.message), intent.emoji, once)
            case Pin():
                await chat.pin(await self._message(intent.message), once)
            case Whisper():
                await chat.answer(room, intent.user, intent.card, once, thread=intent.thread, message=intent.message)
            case Ask():
                await chat.ask(room, intent.user, intent.form, intent.trigger, once, thread=intent.thread)
            case _:
                assert_never(intent)
        return ""

    async def _bookmark(self, chat: Chat, room: RoomRef, intent: Bookmark, once: Once) -> None:
        if isinstance(chat, HasBookmarks):
            message = await self._message(intent.message) if intent.message is not None else None
            address = intent.address if message is None else await chat.link_to(message)
            await chat.bookmark(room, intent.title, address, once)

    async def _invite(self, chat: Chat, room: RoomRef, intent: Invite, once: Once) -> tuple[str, Sequence[Fact]]:
        refused = await chat.invite(room, intent.users, once)
        if not refused:
            return "", ()
        users, why = tuple(refused), tuple(refused.values())
        return "", (InviteRefused(about=intent.about, key=intent.key, users=users, why=why),)

    async def _remove(self, chat: Chat, room: RoomRef, intent: Remove, once: Once) -> tuple[str, Sequence[Fact]]:
        if await chat.remove(room, intent.user, once):
            return "", ()
        return "", (RemoveRefused(about=intent.about, key=intent.key, user=intent.user),)

    async def _read(self, chat: Chat, intent: ReadThread) -> tuple[str, Sequence[Fact]]:
        messages = tuple(await chat.read_thread(intent.thread))
        fact = ThreadRead(
            about=intent.about, key=intent.key, thread=intent.thread, messages=messages,
            purpose=intent.purpose, asked_by=intent.asked_by,
        )  # fmt: skip
        return "", (fact,)

    async def _room(self, chat: Chat, place: Place) -> RoomRef:
        if isinstance(place, RoomRef):
            return place
        if isinstance(place, Direct):
            return await chat.direct_room(place.user)
        return RoomRef.parse(await self._receipt(place.key))

    async def _message(self, message: MessageRef | MessageOf) -> MessageRef:
        return message if isinstance(message, MessageRef) else MessageRef.parse(await self._receipt(message.key))

    async def _thread_of(self, post: Post) -> ThreadRef | None:
        if not isinstance(post.thread, ThreadOf):
            return post.thread
        return ThreadRef.under(MessageRef.parse(await self._receipt(post.thread.key)))

    async def _receipt(self, key: str) -> str:
        if key not in self._made:
            made = await self._thread(self._storage.receipts, [key])
            if not made.get(key):
                raise ChatRefused(NOTHING_TO_ACT_ON, f"{key}, which this needs, was refused; look at it first")
            self._remember(key, made[key])
        return self._made[key]

    def _remember(self, key: str, receipt: str) -> None:
        self._made[key] = receipt
        if len(self._made) > REMEMBERED:
            self._made.popitem(last=False)


def _not_read(read: ReadThread) -> ThreadNotRead:
    return ThreadNotRead(
        about=read.about, key=read.key, thread=read.thread, purpose=read.purpose, asked_by=read.asked_by
    )  # fmt: skip


def _not_shown(ask: Ask) -> FormNotShown:
    assert isinstance(ask.place, RoomRef)
    return FormNotShown(
        about=ask.about, key=ask.key, user=ask.user, room=ask.place, thread=ask.thread, form=ask.form
    )  # fmt: skip


def _backoff(attempts: int) -> timedelta:
    """Half a second, doubling to a minute, spread so that replicas do not march in step."""
    return timedelta(seconds=min(0.5 * 2 ** min(attempts, 20), LONGEST_BACKOFF) * random.uniform(0.8, 1.2))
