// The rooms somebody can look into, with a dot where something is new.

import { button, el } from "./dom.js";
import { recall, remember } from "./kept.js";

export function drawRooms(column) {
  const { say, rooms, list } = column;
  const focus = document.activeElement?.dataset?.room;
  const had = list.contains(document.activeElement);
  for (const message of column.messages.values()) {
    const room = rooms.find((one) => one.id === message.room);
    if (room) room.last = Math.max(room.last ?? 0, message.number);
  }
  const open = rooms.filter((room) => !room.closed).sort(byPlace);
  const closed = rooms.filter((room) => room.closed);
  const showClosed = recall(`closed.${column.index}`, false) || closed.some((room) => room.id === column.room);
  const entry = (room) => el("li", {}, button(room.direct ? say("direct") : `# ${room.name}`, () => column.enter(room.id), {
    title: room.name,
    class: ["entry", column.hasUnread(room.id) && "unread", !room.joined && "muted"].filter(Boolean).join(" "), "data-room": room.id,
    "aria-current": room.id === column.room ? "true" : undefined,
    "aria-label": column.hasUnread(room.id) ? `${room.name} (${say("unread")})` : undefined,
  }));
  const scrolled = list.scrollTop;
  list.replaceChildren(el("ul", {},
    open.map(entry),
    closed.length > 0 && el("li", {}, button(say("closed_rooms", { n: closed.length }), () => {
      remember(`closed.${column.index}`, !recall(`closed.${column.index}`, false));
      drawRooms(column);
    }, { class: "entry muted", "aria-expanded": showClosed ? "true" : "false", "data-room": "closed rooms" })),
    showClosed && closed.map(entry)));
  list.scrollTop = scrolled;
  const entered = list.querySelector("[aria-current]");
  if (entered && list.dataset.room !== column.room) entered.scrollIntoView({ block: "nearest" });
  list.dataset.room = column.room;
  if (had && focus) [...list.querySelectorAll("button")].find((one) => one.dataset.room === focus)?.focus();
}

// The direct room first, then one's own rooms, then those one may look into; where something was said last comes first.
function byPlace(one, other) {
  return Number(other.direct) - Number(one.direct) || Number(other.joined) - Number(one.joined)
    || (other.last ?? 0) - (one.last ?? 0) || one.name.localeCompare(other.name);
}
