// Starts the page: people side by side, one connection for all of them.

import * as api from "./api.js";
import { Column } from "./column.js";
import { button, el } from "./dom.js";
import { Guide } from "./guide.js";
import { recall, remember } from "./kept.js";
import { ownLanguage, words } from "./words.js";

const THEMES = ["", "light", "dark"];
const at = (id) => document.getElementById(id);
const say = words(ownLanguage());
const desk = { people: [], columns: [], room: "", news: "", complain, bringForward };

function complain(text) {
  at("banner").textContent = text;
  at("banner").hidden = false;
  clearTimeout(desk.timer);
  desk.timer = setTimeout(() => { at("banner").hidden = true; }, 6000);
}

function dress(theme) {
  remember("theme", theme);
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

// On a narrow screen one column is in front; the tabs above choose which.
function bringForward(column) {
  desk.front = column.index;
  desk.columns.forEach((one) => one.node.classList.toggle("front", one === column));
  drawTabs();
}

function drawTabs() {
  at("who").hidden = desk.columns.length === 1;
  at("who").replaceChildren(...desk.columns.map((column) => button(column.person.name.split(" ")[0], () => bringForward(column), {
    class: column.rooms.some((room) => column.hasUnread(room.id)) ? "entry unread" : "entry",
    "aria-pressed": column.index === desk.front ? "true" : "false",
  })));
}

function drawTools() {
  const count = el("select", { "aria-label": say("columns"), title: say("columns"), class: "count", onchange: () => setColumns(Number(count.value)) },
    [1, 2, 3, 4].map((number) => el("option", { value: number }, "👤".repeat(number))));
  count.value = desk.columns.length;
  at("tools").replaceChildren(
    count,
    button(say("guide"), () => desk.guide.toggle(), { class: "small" }),
    button("◐", () => dress(THEMES[(THEMES.indexOf(recall("theme", "")) + 1) % THEMES.length]), { class: "small", "aria-label": say("theme"), title: say("theme") }),
    el("a", { class: "button small", href: "/", target: "_blank" }, say("status_page")));
}

function setColumns(number) {
  remember("columns", number);
  while (desk.columns.length > number) desk.columns.pop().node.remove();
  while (desk.columns.length < number) {
    const index = desk.columns.length;
    const person = known(recall(`person.${index}`, null)) ?? known(desk.cast[index]) ?? desk.people[index % desk.people.length];
    const column = new Column(index, person, desk);
    desk.columns.push(column);
    at("columns").append(column.node);
  }
  at("columns").dataset.count = number;
  bringForward(desk.columns[Math.min(desk.front ?? 0, number - 1)]);
}

const known = (id) => desk.people.find((person) => person.id === id);

async function refresh() {
  await Promise.all(desk.columns.map((column) => column.refresh()));
  drawTabs();
}

// An address like #help/m17 opens that message in the column in front.
function followAddress() {
  const [room, message] = decodeURIComponent(location.hash.slice(1)).split("/");
  const column = desk.columns[desk.front];
  if (!column?.rooms.some((one) => one.id === room)) return;
  column.enter(room);
  if (message) column.stream.goTo(message);
}

async function start() {
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  document.documentElement.lang = say.language;
  dress(recall("theme", ""));
  try {
    const { people, stages } = await api.people();
    Object.assign(desk, stages[say.language] ?? stages.en, { people });
  } catch (error) {
    complain(say(error.code === "not_let_in" ? "not_let_in" : "away"));
    setTimeout(start, 3000);
    return;
  }
  if (!desk.people.length) return;
  setColumns(recall("columns", Math.min(3, desk.people.length)));
  drawTools();
  desk.guide = new Guide(at("guide"), desk, say);
  at("columns").addEventListener("change", () => desk.guide.draw());
  await refresh();
  followAddress();
  addEventListener("hashchange", followAddress);
  let wasAway = false;
  api.live(refresh, (connected) => {
    if (!connected) complain(say("away"));
    else if (wasAway) { at("banner").hidden = true; refresh(); }
    wasAway = !connected;
  });
}

start();
