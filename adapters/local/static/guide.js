// A short way through one outage, for somebody who sees this for the first time.

import { button, el } from "./dom.js";
import { recall, remember } from "./kept.js";

// Who does a step, by their place among the columns: a reports, b is the expert, c is affected as well.
const EXPERT = 1;
const STEPS = [["step_1", "say_1", 0], ["step_2", "say_2", 2], ["step_3", "say_3", 0], ["step_4", "say_4", EXPERT], ["step_5", "say_5", EXPERT]];

export class Guide {
  constructor(node, desk, say) {
    Object.assign(this, { node, desk, say });
    this.step = Math.min(recall("step", 0), STEPS.length - 1);
    this.show(recall("guide", true));
  }

  toggle() { this.show(this.node.hidden); }

  show(open) {
    remember("guide", open);
    this.node.hidden = !open;
    if (open) this.draw();
  }

  draw() {
    const { say, desk } = this;
    const [a, b, c] = [0, 1, 2].map((place) => this.column(place)?.person.name.split(" ")[0]);
    const values = { a, b, c, room: desk.room, news: desk.news };
    const [step, words, place] = STEPS[this.step];
    const last = this.step === STEPS.length - 1;
    this.node.dataset.step = this.step + 1;
    this.node.setAttribute("aria-label", say("guide"));
    this.node.replaceChildren(
      el("div", { class: "way" },
        el("h2", {}, say("try_it")),
        STEPS.map((_, index) => button(String(index + 1), () => this.go(index), {
          class: "dot", "aria-label": `${say("guide")} ${index + 1}`, "aria-current": index === this.step ? "step" : undefined,
        })),
        button(say("close"), () => this.show(false), { class: "quiet" })),
      el("p", { class: "step", "aria-live": "polite" }, say(step, values), " ",
        el("span", { class: "muted" }, say("enter", { name: [a, b, c][place] }), this.step === 0 && ` ${say("everybody")}`)),
      el("div", { class: "do" },
        button(say("fill_in", { name: [a, b, c][place] }), () => this.fill(place, words), { class: "primary" }),
        !last && button(say("next"), () => this.go(this.step + 1))));
  }

  go(step) {
    this.step = step;
    remember("step", step);
    this.draw();
  }

  column(place) { return this.desk.columns[Math.min(place, this.desk.columns.length - 1)]; }

  // The incident of the example: the one that answered the reporter's last message in the room, else the last one named.
  incident() {
    const reporter = this.column(0);
    const messages = [...reporter.messages.values()].sort((one, other) => other.number - one.number);
    const named = (message) => `${message.text} ${JSON.stringify(message.card ?? "")}`.match(/INC-\d+/)?.[0];
    const report = messages.find((one) => one.by === reporter.person.id && one.room === this.desk.room && !one.thread);
    const answers = messages.filter((one) => report && one.bot && one.thread === report.id).reverse();
    return [...answers, ...messages].map(named).find(Boolean) ?? "INC-1";
  }

  // Whoever reported or is affected looks at the channel again, where they are told.
  watch(expert) {
    for (const place of [0, 2]) if (this.column(place) !== expert) this.column(place).enter(this.desk.room);
  }

  fill(place, words) {
    const column = this.column(place);
    const text = column.say(words, { inc: this.incident(), service: this.desk.service });
    const direct = column.rooms.find((room) => room.direct)?.id;
    if (place === EXPERT) this.watch(column);
    this.desk.bringForward(column);
    column.fill(text.includes("INC-") && direct ? direct : this.desk.room, text);
  }
}
