// One message as it is shown: who, when, what they wrote or the bot's card, reactions, and what can be done with it.

import { avatar, button, el, written } from "./dom.js";

export const REACTIONS = [
  ["🎫", "react_register"], ["🙋", "react_me_too"], ["✅", "react_answer"], ["📌", "react_keep"], ["👍", "react_like"],
];

// `doing` has what the column can do: act(name, values), reply(message), edit(message), toggle(message), isOpen(message).
export function messageNode(message, me, say, doing) {
  const node = el("article", {
    class: ["message", message.whisper && "whisper", message.bot && "from-bot"].filter(Boolean).join(" "),
    id: `${doing.prefix}-${message.id}`, "aria-label": message.by_name, tabindex: "-1",
  });
  node.append(avatar(message.by_name, message.bot), el("div", { class: "body" },
    message.whisper && whisperLine(message, say, doing),
    headLine(message, say, doing),
    message.deleted ? el("p", { class: "gone" }, say("deleted")) : doing.isEditing(message) ? editor(message, say, doing)
      : message.card ? card(message, say, doing) : written(message.text, say("show_all"), { class: "text" }),
    reactions(message, me, doing),
    doing.isOpen(message) && toolbar(message, me, say, doing),
  ));
  return node;
}

function headLine(message, say, doing) {
  const at = new Date(message.at);
  const language = say.language === "en" ? "en-GB" : say.language;
  return el("div", { class: "head" },
    el("b", {}, message.by_name),
    message.bot && el("span", { class: "tag" }, say("bot")),
    el("time", { datetime: message.at, title: at.toLocaleString(language, { timeZone: doing.zone }) },
      at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", timeZone: doing.zone })),
    message.edited && !message.deleted && el("span", { class: "muted" }, say("edited")),
    message.pinned && el("span", { class: "muted", title: say("pinned") }, "📌"),
    !message.deleted && !message.whisper && button("⋯", () => doing.toggle(message), {
      class: "more", "aria-label": say("more"), title: say("more"), "aria-expanded": doing.isOpen(message) ? "true" : "false",
      "data-key": `more-${message.id}`,
    }));
}

function whisperLine(message, say, doing) {
  return el("div", { class: "only" }, el("span", {}, el("span", { "aria-hidden": "true" }, "👁 "), say("only_you")),
    button(say("hide"), () => doing.act("hide", on(message)), { class: "quiet", "data-key": `hide-${message.id}` }));
}

const on = (message) => ({ room: message.room, message: message.id });

function reactions(message, me, doing) {
  if (!message.reactions.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((one) => {
    const mine = one.by.includes(me);
    return button(`${one.emoji} ${one.by.length}`, () => doing.act(mine ? "unreact" : "react", { ...on(message), emoji: one.emoji }), {
      class: "chip", "aria-pressed": mine ? "true" : "false", title: one.names.join(", "),
      "aria-label": `${one.emoji} ${one.names.join(", ")}`, "data-key": `chip-${message.id}-${one.emoji}`,
    });
  }));
}

function toolbar(message, me, say, doing) {
  const given = (emoji) => message.reactions.some((one) => one.emoji === emoji && one.by.includes(me));
  const close = (event) => { if (event.key === "Escape") { event.stopPropagation(); doing.toggle(message); } };
  return el("div", { class: "toolbar", role: "group", "aria-label": say("more"), onkeydown: close },
    REACTIONS.map(([emoji, meaning]) =>
      button(emoji, () => doing.act(given(emoji) ? "unreact" : "react", { ...on(message), emoji }), {
        class: "emoji", title: say(meaning), "aria-label": `${emoji} ${say(meaning)}`, "data-key": `${emoji}-${message.id}`,
      })),
    button(say("reply"), () => doing.reply(message), { class: "small" }),
    message.by === me && button(say("edit"), () => doing.edit(message), { class: "small" }),
    message.by === me && button(say("delete"), (event) => sure(event.currentTarget, say("delete_sure"), () => doing.act("delete", on(message))), { class: "small danger" }));
}

// Asks once more on the button itself before something is gone for good.
function sure(pressed, question, then) {
  if (pressed.dataset.sure) return then();
  pressed.dataset.sure = "yes";
  pressed.textContent = question;
}

function editor(message, say, doing) {
  const box = el("textarea", { rows: 2, "aria-label": say("edit"), "data-key": `edit-${message.id}` });
  box.value = message.text;
  const save = () => doing.act("edit", { ...on(message), text: box.value }).then((done) => done && doing.edit(null));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
    if (event.key === "Escape") { event.stopPropagation(); doing.edit(null); }
  });
  queueMicrotask(() => box.focus());
  return el("div", { class: "editor" }, box, button(say("save"), save, { class: "small primary" }),
    button(say("cancel"), () => doing.edit(null), { class: "small" }));
}

function card(message, say, doing) {
  const blocks = message.card.blocks;
  if (!blocks.length) return written(message.text, say("show_all"), { class: "text", lang: message.card.language });
  return el("div", { class: "card", role: "group", "aria-label": message.text, lang: message.card.language },
    blocks.map((block) => BLOCKS[block.kind]?.(block, message, say, doing)));
}

const BLOCKS = {
  heading: (block) => el("p", { class: "heading", dir: "auto" }, block.text),
  paragraph: (block, message, say, doing) => el("p", { class: "text", dir: "auto" }, spans(block.text, doing)),
  note: (block, message, say, doing) => el("p", { class: "note", dir: "auto" }, spans(block.text, doing)),
  facts: (block, message, say, doing) => el("dl", {}, block.rows.map((row) =>
    el("div", {}, el("dt", {}, row.name), el("dd", { dir: "auto" }, spans(row.text, doing))))),
  quote: (block, message, say) => el("blockquote", {}, written(block.text, say("show_all"), { class: "text" }),
    block.by && el("footer", {}, block.by)),
  actions: (block, message, say, doing) => el("div", { class: "actions" }, block.actions.map((action) => actionNode(action, message, say, doing))),
};

function actionNode(action, message, say, doing) {
  if (action.url) return el("a", { class: "button", href: action.url, target: "_blank", rel: "noopener" }, action.label);
  const node = button(action.label, async () => {
    if (node.ariaDisabled) return;
    node.ariaDisabled = "true"; // A disabled button would lose its focus.
    await doing.act("tap", { ...on(message), action: action.id, value: action.value });
    setTimeout(() => { node.ariaDisabled = null; }, 1200);
  }, {
    class: action.tone, title: action.words ? say("or_type", { words: action.words }) : undefined,
    "data-key": `tap-${message.id}-${action.id}-${action.value}`,
  });
  return node;
}

const spans = (all, doing) => all.map((one) => span(one, doing));

function span(one, doing) {
  switch (one.style) {
    case "strong": return el("strong", {}, one.text);
    case "code": return el("code", {}, one.text);
    case "link": return el("a", { href: one.target, target: "_blank", rel: "noopener" }, one.text);
    case "person": return el("span", { class: "mention" }, one.text);
    case "room": return roomLink(one.target.replace(/^local:/, ""), one.text, doing);
    default: return document.createTextNode(one.text);
  }
}

// Opens the room for whoever reads the link; the address alone would not say which of the columns that is.
function roomLink(room, text, doing) {
  return el("a", { class: "mention", href: `#${room}`, onclick: (event) => { event.preventDefault(); doing.enter(room); } }, text);
}
