// Makes elements. Whatever people or the bot wrote goes in as text; there is no way to put in markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, String(value));
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
  return node;
}

export function button(label, onclick, attributes = {}) {
  return el("button", { type: "button", onclick, ...attributes }, label);
}

const LONG = 1500;

// Text as written; what is very long is cut until somebody asks for all of it.
export function written(text, more, attributes = {}) {
  const node = el("p", { dir: "auto", ...attributes });
  if (text.length <= LONG) {
    node.append(text);
    return node;
  }
  const end = [...text.slice(0, LONG)].slice(0, -1).join("");
  const rest = button(more, () => node.replaceChildren(text), { class: "quiet" });
  node.append(`${end}… `, rest);
  return node;
}

export function avatar(name, bot = false) {
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const node = el("span", { class: bot ? "avatar bot" : "avatar", "aria-hidden": "true" });
  if (bot) node.append(el("img", { src: "static/icon.svg", alt: "", width: 30, height: 30 }));
  else node.append(letters);
  let hue = 0;
  for (const letter of name) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  node.style.setProperty("--hue", hue);
  return node;
}
