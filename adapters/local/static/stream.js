// The messages of a room: each with its thread open beneath it. Only what changed is drawn anew.

import { button, el } from "./dom.js";
import { messageNode } from "./message.js";

const MOST_TALKS = 60;
const OPEN_REPLIES = 8;

export class Stream {
  constructor(column) {
    this.column = column;
    this.talks = el("ol", { class: "talks" });
    this.pill = button("", () => this.follow(), { class: "pill", hidden: true });
    this.scroller = el("div", { class: "stream", role: "log", tabindex: "0", "aria-label": column.say("stream"), "aria-live": "off" }, this.talks);
    this.aloud = el("p", { class: "unseen", role: "status" });
    this.node = el("div", { class: "stream-frame" }, this.scroller, this.pill, this.aloud);
    this.drawn = new Map();
    this.unfolded = new Set();
    this.openTools = null;
    this.editing = null;
    this.limit = MOST_TALKS;
    this.toEnd = true;
    this.known = 0;
    this.scroller.addEventListener("scroll", () => { if (this.atEnd()) this.pill.hidden = true; }, { passive: true });
  }

  draw(messages) {
    const { column } = this;
    if (this.room !== column.room) {
      this.room = column.room;
      this.limit = MOST_TALKS;
      this.drawn.clear();
      this.talks.replaceChildren();
      this.known = column.number;
      this.pill.hidden = true;
    }
    const stay = !(this.toEnd || this.atEnd());
    const talks = asTalks(messages);
    const shown = talks.slice(-this.limit);
    const focus = document.activeElement?.closest("[data-key]")?.dataset.key;
    const hadFocus = this.talks.contains(document.activeElement);
    const message = document.activeElement?.closest("article")?.id;
    const nodes = shown.map((talk) => this.talkNode(talk));
    if (talks.length > shown.length) nodes.unshift(el("li", {}, button(column.say("older"), () => { this.limit += MOST_TALKS; column.draw(); }, { class: "small" })));
    if (!messages.length) nodes.push(el("li", { class: "empty" }, column.say(column.current.direct ? "empty_direct" : "empty")));
    place(this.talks, nodes);
    if (hadFocus && !this.talks.contains(document.activeElement)) {
      const same = focus && this.talks.querySelector(`[data-key="${CSS.escape(focus)}"]`);
      (same || (message && document.getElementById(message)))?.focus?.({ preventScroll: true });
    }
    if (!stay) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.toEnd = false;
    this.announce(messages);
  }

  // Draws a talk only when something in it changed.
  talkNode({ root, replies }) {
    const { column } = this;
    const unfolded = this.unfolded.has(root.id);
    const parts = [root, ...replies].map((one) => `${one.id}.${one.changed}.${this.openTools === one.id}.${this.editing === one.id}`);
    const state = `${parts.join()}|${unfolded}`;
    const before = this.drawn.get(root.id);
    if (before?.state === state) return before.node;
    const shown = unfolded ? replies : replies.slice(-OPEN_REPLIES);
    const one = (message) => messageNode(message, column.person.id, column.say, this.doing());
    const node = el("li", { class: "talk" }, one(root), replies.length > 0 && el("div", { class: "thread" },
      shown.length < replies.length && button(column.say("earlier", { n: replies.length - shown.length }), () => { this.unfolded.add(root.id); column.draw(); }, { class: "quiet" }),
      shown.map(one),
      !column.current.closed && button(column.say("reply"), () => column.reply(root), { class: "quiet", "data-key": `reply-${root.id}` })));
    this.drawn.set(root.id, { state, node });
    return node;
  }

  doing() {
    const { column } = this;
    return {
      prefix: `c${column.index}`,
      zone: column.person.zone || undefined,
      enter: (room) => column.enter(room),
      act: (name, asked) => { this.openTools = null; return column.act(name, asked); },
      reply: (message) => { this.openTools = null; column.draw(); column.reply(message); },
      edit: (message) => { this.editing = message?.id ?? null; this.openTools = null; column.draw(); },
      toggle: (message) => { this.openTools = this.openTools === message.id ? null : message.id; column.draw(); },
      isOpen: (message) => this.openTools === message.id,
      isEditing: (message) => this.editing === message.id,
    };
  }

  atEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 60; }

  // Reads what is new aloud where somebody is at work, and says when it is out of sight, and where.
  announce(messages) {
    const fresh = messages.filter((one) => one.number > this.known && one.by !== this.column.person.id && !one.deleted);
    this.known = Math.max(this.known, ...messages.map((one) => one.number), 0);
    const last = fresh.at(-1);
    if (!last) return;
    if (this.column.desk.front === this.column.index) this.readAloud(fresh);
    const node = document.getElementById(`c${this.column.index}-${last.id}`);
    const frame = this.scroller.getBoundingClientRect();
    const where = node?.getBoundingClientRect();
    if (!where || (where.top < frame.bottom - 20 && where.bottom > frame.top + 20)) return;
    this.target = last.id;
    this.pill.textContent = this.column.say(where.top >= frame.bottom - 20 ? "new_below" : "new_above");
    this.pill.hidden = false;
  }

  readAloud(messages) {
    this.aloud.textContent = messages.map((one) => `${one.by_name}: ${one.text}`).join("\n");
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { this.aloud.textContent = ""; }, 5000);
  }

  follow() {
    this.pill.hidden = true;
    this.goTo(this.target);
  }

  goTo(id) {
    const message = this.column.messages.get(id);
    if (message?.thread) this.unfolded.add(message.thread);
    this.limit = Number.MAX_SAFE_INTEGER;
    this.column.draw();
    const node = document.getElementById(`c${this.column.index}-${id}`);
    node?.scrollIntoView({ block: "center" });
    node?.focus({ preventScroll: true });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), 2500);
  }
}

// Messages as talks: what stands in the room itself, each with its replies. A deleted message stays while it has some.
function asTalks(messages) {
  const talks = new Map();
  const inOrder = [...messages].sort((one, other) => one.number - other.number);
  for (const message of inOrder) if (!message.thread) talks.set(message.id, { root: message, replies: [] });
  for (const message of inOrder) {
    if (message.thread && !message.deleted) talks.get(message.thread)?.replies.push(message);
  }
  return [...talks.values()].filter(({ root, replies }) => !root.deleted || replies.length);
}

// Brings the children into this order and moves only what is out of place, so that nothing else loses its focus.
function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => { if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null); });
}
