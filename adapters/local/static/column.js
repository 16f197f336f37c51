// One person at the screen: their rooms, what they see in one of them, and what they write.

import * as api from "./api.js";
import { avatar, button, el } from "./dom.js";
import { formNode } from "./form.js";
import { recall, remember } from "./kept.js";
import { drawRooms } from "./rooms.js";
import { Stream } from "./stream.js";
import { words } from "./words.js";

export class Column {
  // `desk` has people, room (where to begin), front (the column somebody is at), bringForward(column) and complain(words).
  constructor(index, person, desk) {
    this.index = index;
    this.desk = desk;
    this.node = el("section", { class: "column" });
    for (const touched of ["focusin", "pointerdown"]) this.node.addEventListener(touched, () => desk.front === index || desk.bringForward(this));
    this.sending = Promise.resolve();
    this.play(person, recall(`room.${index}`, desk.room));
  }

  play(person, room) {
    this.person = person;
    this.say = words(person.language);
    this.messages = new Map();
    this.rooms = [];
    this.number = 0;
    this.room = room;
    this.forms = new Map();
    this.drafts = new Map();
    this.replying = null;
    this.generation = (this.generation ?? 0) + 1;
    remember(`person.${this.index}`, person.id);
    this.build();
    return this.refresh();
  }

  build() {
    const { say, person } = this;
    this.node.lang = say.language;
    this.node.setAttribute("aria-label", person.name);
    this.select = el("select", { "aria-label": say("play_as"), onchange: () => this.play(this.desk.people.find((one) => one.id === this.select.value), this.desk.room) },
      this.desk.people.map((one) => el("option", { value: one.id }, one.title ? `${one.name} · ${one.title}` : one.name)));
    this.select.value = person.id;
    this.list = el("nav", { class: "rooms", "aria-label": `${say("rooms")}: ${person.name}` });
    this.about = el("div", { class: "about" });
    this.stream = new Stream(this);
    this.composer = this.buildComposer();
    this.node.replaceChildren(
      el("div", { class: "person" }, avatar(person.name), this.select),
      this.list,
      el("div", { class: "room" }, this.about, this.stream.node, this.composer));
  }

  buildComposer() {
    const { say } = this;
    this.box = el("textarea", { rows: 1, dir: "auto", enterkeyhint: "send" });
    this.context = el("div", { class: "context", hidden: true });
    const form = el("form", { class: "composer" }, this.context,
      el("div", { class: "line" }, this.box, el("button", { type: "submit", class: "primary", "aria-label": say("send"), title: say("send") }, "➤")));
    this.box.addEventListener("input", () => this.fit());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
      if (event.key === "Escape" && this.replying) this.reply(null);
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    return form;
  }

  fit() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight + 2, 180)}px`;
  }

  // Puts words into the composer for somebody to look at and send.
  fill(room, text, thread = null) {
    this.enter(room);
    this.reply(thread);
    this.box.value = text;
    this.fit();
    this.box.focus();
  }

  // Messages go out one after the other, so that they arrive in the order they were written.
  send() {
    const text = this.box.value;
    if (!text.trim()) return;
    const thread = this.replying ? this.replying.thread ?? this.replying.id : "";
    const said = { as: this.person.id, room: this.room, text, thread };
    this.box.value = "";
    this.fit();
    this.stream.toEnd = true;
    this.sending = this.sending.then(async () => {
      if (await this.done("say", said)) this.refresh();
      else this.giveBack(said);
    });
  }

  // Puts what could not be sent back before whatever was written in that room since.
  giveBack({ as, room, text }) {
    if (as !== this.person.id) return;
    const whole = (since) => [text, since].filter(Boolean).join("\n");
    if (room === this.room) {
      this.box.value = whole(this.box.value);
      this.fit();
    } else this.drafts.set(room, whole(this.drafts.get(room)));
  }

  // Does something as this person and shows what came of it; true when it was done.
  async act(name, asked, complain = this.desk.complain) {
    if (!(await this.done(name, asked, complain))) return false;
    await this.refresh();
    return true;
  }

  // Does something as this person; true when it was done. `complain` is told why not, in words.
  async done(name, asked, complain = this.desk.complain) {
    try {
      await api.act(name, { as: this.person.id, ...asked });
    } catch (error) {
      complain(this.say.knows(error.code) ? this.say(error.code) : this.say("not_possible", { code: error.code }));
      return false;
    }
    return true;
  }

  // Reads what is new. Asked again meanwhile, it reads once more afterwards.
  async refresh() {
    if (this.reading) { this.again = true; return this.reading; }
    this.reading = this.read().finally(() => { this.reading = null; });
    await this.reading;
    if (this.again) { this.again = false; await this.refresh(); }
  }

  async read() {
    const { generation } = this;
    let seen;
    try {
      seen = await api.view(this.person.id, this.number);
    } catch (error) {
      if (error.code === "no_such_person") return;
      this.desk.complain(this.say(this.say.knows(error.code) ? error.code : "away"));
      return;
    }
    if (generation !== this.generation) return;
    const first = this.number === 0;
    this.number = seen.number;
    this.rooms = seen.rooms;
    for (const message of seen.messages) this.messages.set(message.id, message);
    if (first) this.startReading();
    if (!this.rooms.some((room) => room.id === this.desk.room)) this.desk.room = this.rooms[0]?.id;
    if (!this.current) this.room = this.desk.room;
    this.draw();
    this.showForms(seen.forms);
  }

  get current() { return this.rooms.find((room) => room.id === this.room); }

  enter(room) {
    if (room === this.room) return;
    this.drafts.set(this.room, this.box.value);
    this.room = room;
    remember(`room.${this.index}`, room);
    this.reply(null);
    this.box.value = this.drafts.get(room) ?? "";
    this.fit();
    this.stream.toEnd = true;
    this.draw();
  }

  reply(message) {
    this.replying = message;
    this.context.hidden = !message;
    this.context.replaceChildren(...(message ? [
      el("span", {}, this.say("replying_to", { name: message.by_name, text: message.text.slice(0, 80) })),
      button("✕", () => this.reply(null), { class: "quiet", "aria-label": this.say("cancel") }),
    ] : []));
    this.label();
    if (message) this.box.focus();
  }

  label() {
    const room = this.current;
    if (!room) return;
    const words = this.replying ? this.say("write_reply") : this.say("write_to", { room: room.direct ? room.name : `#${room.name}` });
    this.box.placeholder = words;
    this.box.setAttribute("aria-label", words);
    this.composer.hidden = room.closed;
  }

  draw() {
    const room = this.current;
    if (!room) return;
    this.markRead();
    drawRooms(this);
    this.drawAbout(room);
    this.label();
    this.stream.draw([...this.messages.values()].filter((message) => message.room === room.id));
  }

  drawAbout(room) {
    const { say } = this;
    const pinned = [...this.messages.values()].filter((message) => message.room === room.id && message.pinned);
    this.about.replaceChildren(
      el("h2", {}, room.direct ? room.name : `# ${room.name}`,
        room.private && !room.direct && el("span", { class: "tag" }, say("private")),
        room.closed && el("span", { class: "tag" }, say("closed"))),
      room.topic && el("p", { class: "topic", dir: "auto" }, room.topic),
      ...pinned.map((message) => button(`📌 ${message.text === room.topic ? say("pinned") : message.text}`, () => this.stream.goTo(message.id),
        { class: "pin", title: message.text, "aria-label": `${say("pinned")}: ${message.text}` })),
      room.closed ? el("p", { class: "note" }, say("room_closed")) : "",
      !room.closed && !room.joined ? el("p", { class: "note" }, `${say("not_joined")} `, button(say("join"), () => this.act("join", { room: room.id }), { class: "small" })) : "");
  }

  showForms(shown) {
    const open = new Set(shown.map((one) => one.id));
    for (const [id, node] of this.forms) {
      if (!open.has(id)) { node.close(); node.remove(); this.forms.delete(id); this.box.focus(); }
    }
    for (const one of shown) {
      if (this.forms.has(one.id)) continue;
      const node = formNode(one, this.say, (name, asked, complain) => this.act(name, asked, complain));
      this.forms.set(one.id, node);
      this.node.append(node);
      node.show();
    }
    this.node.classList.toggle("asked", this.forms.size > 0);
    for (const child of [this.list, this.node.querySelector(".room")]) child.inert = this.forms.size > 0;
  }

  // What this browser shows for the first time counts as read, so that dots mean something new.
  startReading() {
    this.read_to = recall(`read.${this.person.id}`, null);
    if (this.read_to) return;
    this.read_to = {};
    for (const message of this.messages.values()) this.read_to[message.room] = Math.max(this.read_to[message.room] ?? 0, message.number);
  }

  markRead() {
    if (!this.read_to) return;
    this.read_to[this.room] = this.number;
    remember(`read.${this.person.id}`, this.read_to);
  }

  // Only one's own rooms call; the others can be looked into.
  hasUnread(room) {
    if (!this.rooms.find((one) => one.id === room)?.joined) return false;
    const read = this.read_to?.[room] ?? 0;
    for (const message of this.messages.values()) {
      if (message.room === room && message.number > read && message.by !== this.person.id && !message.deleted) return true;
    }
    return false;
  }
}
