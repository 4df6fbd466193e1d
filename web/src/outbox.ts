/**
 * What a person wrote on a phone survives the loss of the line: it is kept in this browser, and sent once the
 * line is back if the person said so. The form's own name (`slug`) makes sending twice record once.
 */

interface Item {
  slug: string;
  path: string;
  title: string;
  at: number;
  fields: [string, string][];
  state: "writing" | "waiting" | "refused";
}

const STORE = "comity-outbox";
const MOST = 50;
const PAUSE = 10_000;
const PATIENCE = 4_000;

function items(): Item[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(found) ? (found as Item[]) : [];
  } catch {
    return [];
  }
}

function keep(list: Item[]): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(list.slice(-MOST)));
  } catch {
    // A browser that keeps nothing is as without this script: the form stays as it is.
  }
}

function put(item: Item): void {
  keep([...items().filter((one) => one.slug !== item.slug), item]);
}

function drop(slug: string): void {
  keep(items().filter((one) => one.slug !== slug));
}

function read(form: HTMLFormElement, state: Item["state"]): Item {
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "step") fields.push([name, value]);
  }
  const slug = fields.find(([name]) => name === "slug")?.[1] ?? "";
  return { slug, path: form.dataset["keep"] ?? "", title: form.dataset["title"] ?? "", at: Date.now(), fields, state };
}

async function reachable(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    await fetch("/party.svg", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return true;
  } catch {
    return false;
  }
}

/** Send what waits; return whether anything still does. */
async function send(root: HTMLElement): Promise<void> {
  for (const item of items().filter((one) => one.state === "waiting")) {
    try {
      const body = new URLSearchParams([...item.fields, ["step", "record"]]);
      const reply = await fetch(item.path, { method: "POST", body, signal: AbortSignal.timeout(4 * PATIENCE) });
      if (reply.ok && reply.redirected) {
        drop(item.slug);
        sent(root, item, reply.url);
      } else if (reply.status === 422) {
        put({ ...item, state: "refused" });
      }
    } catch {
      return; // Still no line: it waits.
    }
  }
}

function entry(item: Item, root: HTMLElement): HTMLLIElement {
  const line = document.createElement("li");
  const words = root.dataset;
  const state = { writing: words["wordWriting"], waiting: words["wordWaiting"], refused: words["wordRefused"] };
  const link = document.createElement("a");
  link.href = item.path;
  link.textContent = item.title;
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "btn btn-sm btn-outline-primary ms-2";
  discard.textContent = words["wordDiscard"] ?? "Discard";
  discard.addEventListener("click", () => {
    drop(item.slug);
    draw(root);
  });
  line.append(link, ` · ${new Date(item.at).toLocaleTimeString(document.documentElement.lang)} · ${state[item.state]} `, discard);
  return line;
}

function draw(root: HTMLElement): void {
  const list = root.querySelector("ul");
  if (!list) return;
  const open = (document.querySelector<HTMLInputElement>("form[data-keep] [name=slug]") ?? { value: "" }).value;
  const shown = items().filter((item) => item.slug !== open || item.state !== "writing");
  list.replaceChildren(...shown.map((item) => entry(item, root)));
  root.hidden = shown.length === 0 && !root.querySelector("[data-sent]");
}

function sent(root: HTMLElement, item: Item, url: string): void {
  const line = document.createElement("p");
  line.dataset["sent"] = "";
  line.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = item.title;
  line.append(`${root.dataset["wordSent"]} `, link);
  root.append(line);
  root.hidden = false;
}

/** Fill a form with what was written before on the same page, under the name that it had then. */
function takeUp(form: HTMLFormElement, item: Item): void {
  for (const [name, value] of item.fields) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = field.value === value;
    else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
  }
}

function watch(form: HTMLFormElement, root: HTMLElement): void {
  const notice = form.querySelector<HTMLElement>("[data-no-line]");
  const before = items().find((item) => item.path === form.dataset["keep"] && item.state !== "waiting");
  const resume = form.querySelector<HTMLButtonElement>("[data-take-up]");
  if (before && resume && read(form, "writing").slug !== before.slug) {
    resume.hidden = false;
    resume.addEventListener("click", () => {
      takeUp(form, before);
      resume.hidden = true;
    });
  }
  form.addEventListener("input", () => put(read(form, "writing")));
  let sure = false;
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (sure || !(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    put(read(form, "writing"));
    void reachable().then((there) => {
      if (there) {
        if (button.value === "keep") drop(read(form, "writing").slug); // The node keeps it from now on.
        sure = true;
        form.requestSubmit(button);
        sure = false;
      } else if (notice) {
        notice.hidden = false;
        notice.querySelector("button")?.focus();
      }
    });
  });
  notice?.querySelector("button")?.addEventListener("click", () => {
    if (!form.reportValidity()) return;
    put(read(form, "waiting"));
    notice.hidden = true;
    draw(root);
    void send(root).then(() => draw(root));
  });
}

/** Offer it on pages that say so; everything else about a form is the page's own. */
export function offerKeeping(): void {
  const root = document.querySelector<HTMLElement>("[data-outbox]:not([data-outbox-ready])");
  if (!root) return;
  root.dataset["outboxReady"] = "";
  const here = decodeURIComponent(location.pathname);
  for (const item of items()) if (item.slug && here.endsWith(`/${item.slug}`)) drop(item.slug);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep]")) watch(form, root);
  const again = (): void => void send(root).then(() => draw(root));
  draw(root);
  again();
  window.addEventListener("online", again);
  setInterval(() => {
    if (items().some((item) => item.state === "waiting")) again();
  }, PAUSE);
}
