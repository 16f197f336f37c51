// Speaks with the server this page came from.

const token = document.querySelector('meta[name="token"]').content;

export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function answer(response) {
  const body = await response.json().catch(() => ({ error: "away" }));
  if (!response.ok) throw new Refused(body.error);
  return body;
}

async function reach(path, options) {
  try {
    return await answer(await fetch(`api/${path}`, options));
  } catch (error) {
    throw error instanceof Refused ? error : new Refused("away");
  }
}

export const people = () => reach("people");

export const view = (person, since) => reach(`view?as=${encodeURIComponent(person)}&since=${since}`);

export const act = (name, asked) =>
  reach(name, {
    method: "POST",
    headers: { "content-type": "application/json", "x-swarmbridge-token": token },
    body: JSON.stringify(asked),
  });

// Calls back whenever there is something new, and with true or false when the connection comes or goes.
export function live(onchange, onconnection) {
  const stream = new EventSource("api/live");
  stream.addEventListener("changed", onchange);
  stream.addEventListener("open", () => onconnection(true));
  stream.addEventListener("error", () => {
    onconnection(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => live(onchange, onconnection), 3000);
  });
}
