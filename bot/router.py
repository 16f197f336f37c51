"""Which function deals with what is heard. Each feature has a router of its own; one line joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self, TypeVar

from bot.act import Act
from bot.cards import Card
from bot.events import (
    ActionTaken,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
)
from bot.facts import Fact
from bot.homes import Section
from bot.uow import Work
from bot.words import Command, Reaction, Verb

OnCommand = Callable[[Act, Command], None]
OnAction = Callable[[Act, ActionTaken], None]
OnForm = Callable[[Act, FormSubmitted], None]
OnReaction = Callable[[Act, ReactionAdded | ReactionRemoved], None]
OnShortcut = Callable[[Act, ShortcutUsed], None]
OnMessage = Callable[[Act, MessagePosted], bool]
OnChange = Callable[[Act, MessageEdited | MessageDeleted], None]
Preview = Callable[[Act, str], Card | None]
OnMember = Callable[[Act, MemberJoined | MemberLeft], None]

F = TypeVar("F", bound=Callable[..., object])
_Fact = TypeVar("_Fact", bound=Fact)


class Router:
    """Tables from what is heard to functions. Listeners for plain messages are asked in order; the first to say
    True has taken the message."""

    def __init__(self) -> None:
        self.commands: dict[Verb, OnCommand] = {}
        self.actions: dict[str, OnAction] = {}
        self.forms: dict[str, OnForm] = {}
        self.reactions: dict[Reaction, OnReaction] = {}
        self.any_reactions: list[OnReaction] = []
        self.shortcuts: dict[str, OnShortcut] = {}
        self.messages: list[OnMessage] = []
        self.changes: list[OnChange] = []
        self.members: list[OnMember] = []
        self.previews: list[Preview] = []
        self._homes: list[tuple[int, Section]] = []

    def command(self, *verbs: Verb) -> Callable[[OnCommand], OnCommand]:
        """Typed commands."""
        return _entering(self.commands, verbs)

    def action(self, *ids: str) -> Callable[[OnAction], OnAction]:
        """Actions of cards, by id."""
        return _entering(self.actions, ids)

    def form(self, *ids: str) -> Callable[[OnForm], OnForm]:
        """Forms that came back, by id."""
        return _entering(self.forms, ids)

    def reaction(self, *reactions: Reaction) -> Callable[[OnReaction], OnReaction]:
        """Reactions with a meaning."""
        return _entering(self.reactions, reactions)

    def any_reaction(self, function: OnReaction) -> OnReaction:
        """Reactions whatever they mean: every listener gets them."""
        self.any_reactions.append(function)
        return function

    def shortcut(self, *ids: str) -> Callable[[OnShortcut], OnShortcut]:
        """Shortcuts on a message, by id."""
        return _entering(self.shortcuts, ids)

    def message(self, function: OnMessage) -> OnMessage:
        """Plain messages: True when taken."""
        self.messages.append(function)
        return function

    def change(self, function: OnChange) -> OnChange:
        """Edits and deletions of messages: every listener gets them."""
        self.changes.append(function)
        return function

    def member(self, function: OnMember) -> OnMember:
        """People entering and leaving rooms: every listener gets them."""
        self.members.append(function)
        return function

    def preview(self, function: Preview) -> Preview:
        """What is shown below a message that holds this address; the first card is taken."""
        self.previews.append(function)
        return function

    def home(self, place: int) -> Callable[[Section], Section]:
        """Cards of the bot's home; ``place`` is where among those of the other features, the smallest first."""

        def enter(section: Section) -> Section:
            self._homes.append((place, section))
            return section

        return enter

    @property
    def sections(self) -> list[Section]:
        """What makes the cards of the bot's home, in order."""
        return [section for _, section in sorted(self._homes, key=lambda one: one[0])]

    @classmethod
    def joined(cls, routers: Iterable[Router]) -> Self:
        """One router of several; raises ``ValueError`` when two features want the same thing."""
        whole = cls()
        for router in routers:
            for name in ("commands", "actions", "forms", "reactions", "shortcuts"):
                table, more = getattr(whole, name), getattr(router, name)
                if twice := table.keys() & more.keys():
                    raise ValueError(f"two functions for {name} {sorted(twice)}")
                table.update(more)
            whole.messages += router.messages
            whole.changes += router.changes
            whole.any_reactions += router.any_reactions
            whole.members += router.members
            whole.previews += router.previews
            whole._homes += router._homes
        return whole


class Handlers:
    """What a feature does on facts: ``@handlers.on(OutageDeclared)`` over ``def f(work, fact)``.

    Each handler gets a fact in a transaction of its own, at least once; doing it twice must be harmless.
    """

    def __init__(self, feature: str) -> None:
        self._feature = feature
        self.functions: dict[str, Callable[[Work, Fact], None]] = {}
        self.subscriptions: dict[type[Fact], tuple[str, ...]] = {}

    def on(self, *kinds: type[_Fact]) -> Callable[[Callable[[Work, _Fact], None]], Callable[[Work, _Fact], None]]:
        """Subscribe to one or several kinds of fact."""

        def enter(function: Callable[[Work, _Fact], None]) -> Callable[[Work, _Fact], None]:
            name = f"{self._feature}.{function.__name__}"

            def handle(work: Work, fact: Fact) -> None:
                assert isinstance(fact, kinds)
                function(work, fact)

            self.functions[name] = handle
            for kind in kinds:
                self.subscriptions[kind] = (*self.subscriptions.get(kind, ()), name)
            return function

        return enter

    @classmethod
    def joined(cls, parts: Iterable[Handlers]) -> Handlers:
        """One table of several features."""
        whole = cls("all")
        for part in parts:
            whole.functions |= part.functions
            for kind, names in part.subscriptions.items():
                whole.subscriptions[kind] = (*whole.subscriptions.get(kind, ()), *names)
        return whole


_Key = TypeVar("_Key")


def _entering(table: dict[_Key, F], keys: Iterable[_Key]) -> Callable[[F], F]:
    def enter(function: F) -> F:
        for key in keys:
            table[key] = function
        return function

    return enter
