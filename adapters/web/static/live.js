// Reads the page again when something changed, and puts the new content in place; says times in the reader's zone.

const main = document.getElementById("content");

function localise(root) {
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const today = new Date().toDateString();
  for (const node of root.querySelectorAll("time")) {
    const at = new Date(node.dateTime);
    const hour = at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    const day = at.toLocaleDateString(language, { weekday: "short", day: "numeric", month: "short" });
    node.textContent = at.toDateString() === today ? hour : `${day}, ${hour}`;
    node.title = at.toLocaleString(language);
  }
}

let reading = null;
let again = false;

async function read() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("content");
  if (!fresh) return;
  localise(fresh);
  if (fresh.innerHTML === main.innerHTML) return;
  const focused = main.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  main.replaceChildren(...fresh.childNodes);
  if (focused) main.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

async function refresh() {
  if (reading) { again = true; return; }
  reading = read().catch(() => {}).finally(() => { reading = null; });
  await reading;
  if (again) { again = false; refresh(); }
}

function listen() {
  const stream = new EventSource("/events");
  let lost = false;
  stream.addEventListener("changed", refresh);
  stream.addEventListener("open", () => { if (lost) refresh(); lost = false; });
  stream.addEventListener("error", () => {
    lost = true;
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { listen(); refresh(); }, 5000);
  });
}

localise(main);
listen();
