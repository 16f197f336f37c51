"""People at the app's own doors: commands, shortcuts, buttons, choices, forms, the Home tab."""

from __future__ import annotations

from typing import Any

from . import events, forms, installing, interactions, reading, responses, shapes
from .delivery import Outcome
from .errors import NotAnswered, PersonCannot
from .member import Member, Where
from .model import Json, Message, View
from .responses import Submission


class Person(Member):
    """One person at their Slack client. Their acts return when Slack has taken them; clicks and forms when answered.

    A click, command, shortcut or form raises `NotAnswered` when the app does not acknowledge within three seconds,
    unless ``must_answer`` is off.
    """

    # -- installing the app -----------------------------------------------------------------------------------------

    def allows(self, address: str, *, whole: bool = False) -> str:
        """Agrees to what Slack asks at this address, for their workspace or the whole organisation; the address that
        the browser is sent back to."""
        query = installing.asked(self._world, address)
        scopes = frozenset(query["scope"].split(","))
        code = installing.code(self._world, self.workspace, self.id, scopes, whole=whole)
        return installing.came_back(self._world, query, code=code)

    def denies(self, address: str) -> str:
        """Cancels; the address that the browser is sent back to."""
        return installing.came_back(self._world, installing.asked(self._world, address), error="access_denied")

    # -- commands, shortcuts, tabs ----------------------------------------------------------------------------------

    async def command(
        self, name: str, text: str = "", where: Where | None = None, *, must_answer: bool = True
    ) -> Outcome:
        """Types a slash command; without ``where`` in the direct room with the app."""
        app = self._world.app
        if app.commands is not None and name not in app.commands:
            raise PersonCannot(f"the app has no command {name}")
        if "commands" not in self._world.granted(self.workspace.id):
            raise PersonCannot("the app was not granted the scope commands")
        room = self.app_room if where is None else self._room(where)
        payload = interactions.command(self._world, room, self.user, name, text)
        outcome = await self._send("slash_commands", payload, must_answer=must_answer)
        responses.take_answer(self._world, room, self.user, outcome.answer)
        return outcome

    async def shortcut(self, callback_id: str, message: Message, *, must_answer: bool = True) -> Outcome:
        """Chooses a message shortcut from a message's menu."""
        self._has_shortcut(callback_id)
        self._sees(message.room)
        payload = interactions.message_shortcut(self._world, self.user, message, callback_id)
        return await self._interact(payload, must_answer=must_answer)

    async def global_shortcut(self, callback_id: str, *, must_answer: bool = True) -> Outcome:
        self._has_shortcut(callback_id)
        payload = interactions.global_shortcut(self._world, self.workspace, self.user, callback_id)
        return await self._interact(payload, must_answer=must_answer)

    def _has_shortcut(self, callback_id: str) -> None:
        known = self._world.app.shortcuts
        if known is not None and callback_id not in known:
            raise PersonCannot(f"the app has no shortcut {callback_id}; it has {sorted(known)}")

    async def opens_home(self) -> None:
        """Looks at the app's Home tab."""
        if not self._world.app.home_tab:
            raise PersonCannot("the app has no Home tab")
        shown = {}
        if self.home is not None:
            shown["view"] = shapes.view(self.home, self._world.app, self.workspace.id, self._bot.bot_id or "")
        self._opens("home", shown)

    async def opens_messages_tab(self) -> None:
        self._opens("messages", {})

    def _opens(self, tab: str, shown: Json) -> None:
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.app_room.id, "tab": tab}
        self._world.tell(self.workspace, event | {"event_ts": self._world.clock.stamp()} | shown)

    # -- buttons and choices ----------------------------------------------------------------------------------------

    async def clicks(self, on: Message | View, which: str, *, must_answer: bool = True) -> Outcome:
        """Presses the button with this label or action_id."""
        button = reading.button(on.blocks, which)
        return await self._uses(on, button.action_id, button.block_id, None, must_answer=must_answer)

    async def chooses(self, on: Message | View, action_id: str, value: Any, *, must_answer: bool = True) -> Outcome:
        """Picks a choice (by its words or value), a date or a person in an element that reports at once."""
        found = [(block, one) for block, one in reading.elements(on.blocks) if one.get("action_id") == action_id]
        if len(found) != 1:
            raise PersonCannot(f"there are {len(found)} elements {action_id!r}")
        block_id, element = found[0]
        block = next(one for one in on.blocks if one.get("block_id") == block_id)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise PersonCannot(f"{action_id!r} reports nothing until the form is sent")
        return await self._uses(on, action_id, block_id, forms.typed(element, value), must_answer=must_answer)

    async def _uses(
        self, on: Message | View, action_id: str, block_id: str, chosen: Any, *, must_answer: bool
    ) -> Outcome:
        held = reading.elements(on.blocks)
        element = next(one for block, one in held if block == block_id and one.get("action_id") == action_id)
        action = interactions.action(element, block_id, self._world.clock.stamp(), chosen)
        if isinstance(on, View):
            on.state = forms.state_of(on.blocks, on.state)
            forms.put(on.state, block_id, element, chosen)
            payload = interactions.view_action(self._world, self.workspace, self.user, on, [action])
        else:
            self._can_use(on)
            state = on.entered[self.id] = forms.state_of(on.blocks, on.entered.get(self.id, {}))
            forms.put(state, block_id, element, chosen)
            payload = interactions.message_action(self._world, self.user, on, [action], state)
        return await self._interact(payload, must_answer=must_answer)

    def _can_use(self, message: Message) -> None:
        self._sees(message.room)
        if message.deleted or message.ephemeral_to not in {None, self.id}:
            raise PersonCannot(f"{self.user.handle} cannot see this message")

    async def looks_up(self, on: Message | View, action_id: str, typed: str) -> list[str]:
        """Types into an external select; the choices that the app then offers."""
        held = reading.elements(on.blocks)
        block_id, element = next((block, one) for block, one in held if one.get("action_id") == action_id)
        payload = interactions.suggestion(self._world, self.workspace, self.user, on, block_id, element, typed)
        outcome = await self._interact(payload, must_answer=True)
        return responses.take_suggestions(self._world, outcome.answer)

    # -- forms ------------------------------------------------------------------------------------------------------

    async def submits(
        self, view: View | None = None, values: dict[str, Any] | None = None, *, must_answer: bool = True
    ) -> Submission:
        """Fills in a form (the one on top unless given) and sends it; see `forms.fill` for naming its fields.

        What the client or the app says against it stands in ``errors``; the form stays open then.
        """
        form = view or self.view
        if form not in self.views:
            raise PersonCannot("this form is not open any more")
        if not form.body.get("submit"):
            raise PersonCannot(f"the form {form.title!r} cannot be sent")
        forms.fill(form, values or {})
        if complaints := forms.complaints(form):
            return Submission(complaints, sent=False)
        payload = interactions.submission(self._world, self.workspace, self.user, form)
        outcome = await self._interact(payload, must_answer=must_answer)
        if not outcome.acked:
            return Submission({"": responses.TROUBLE})
        return responses.take_submission(self._world, self.workspace, form, outcome.answer)

    async def closes(self, view: View | None = None, *, all_of_them: bool = False) -> None:
        """Closes a form unsent, or with ``all_of_them`` every form."""
        closing = list(reversed(self.views)) if all_of_them else [view or self.view]
        for one in closing:
            self.views.remove(one)
            if one.body.get("notify_on_close"):
                payload = interactions.closed(self._world, self.workspace, self.user, one, cleared=all_of_them)
                await self._interact(payload, must_answer=False)
        self._world.changes.mark()

    # -- helpers ----------------------------------------------------------------------------------------------------

    async def _interact(self, payload: Json, *, must_answer: bool) -> Outcome:
        if not self._world.app.interactive:
            raise PersonCannot("the app has interactivity switched off")
        return await self._send("interactive", payload, must_answer=must_answer)

    async def _send(self, kind: events.ParcelKind, payload: Json, *, must_answer: bool) -> Outcome:
        outcome = await self._delivery.send_once(events.Parcel(kind, payload, takes_answer=True))
        if must_answer and not outcome.acked:
            what = payload.get("command") or payload.get("type")
            raise NotAnswered(f"{self.user.handle}'s {what} was not acknowledged: {outcome.reason}")
        return outcome
