/**
 * What a person wrote on a phone survives the loss of the line and the end of the browser: it is kept in this
 * browser, and sent from whatever page of the console is open once the line is back, if the person said so. The
 * form's own name (`slug`) makes sending twice record once.
 */
import { LAST, forgetForms, keepForms, renew } from "./kept";

interface Item {
  slug: string;
  path: string;
  title: string;
  at: number;
  fields: [string, string][];
  state: "writing" | "waiting" | "refused";
}

const STORE = "comity-outbox";
const SAID = "comity-outbox-words";
const SIGNED_OUT = 401;
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

/** Keep a list, and say whether the browser did: what waits to be sent stays, of the rest the newest. */
function keep(list: Item[]): boolean {
  const rest = list.filter((one) => one.state !== "waiting").slice(-MOST);
  try {
    localStorage.setItem(STORE, JSON.stringify(list.filter((one) => one.state === "waiting" || rest.includes(one))));
    return true;
  } catch {
    return false; // A browser that keeps nothing is as without this script: the form stays as it is.
  }
}

function put(item: Item): boolean {
  return keep([...items().filter((one) => one.slug !== item.slug), item]);
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
    return (await fetch("/party.svg", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

/** Send what waits; one page at a time, where several are open. */
async function send(root: HTMLElement): Promise<void> {
  if (!items().some((one) => one.state === "waiting")) return;
  if (!navigator.locks) return sendNow(root);
  await navigator.locks.request(STORE, { ifAvailable: true }, (lock) => (lock ? sendNow(root) : undefined));
}

async function sendNow(root: HTMLElement): Promise<void> {
  for (const item of items().filter((one) => one.state === "waiting")) {
    try {
      const body = new URLSearchParams([...item.fields, ["step", "record"], ["queued", "1"]]);
      const reply = await fetch(item.path, { method: "POST", body, signal: AbortSignal.timeout(4 * PATIENCE) });
      if (reply.ok && reply.redirected) {
        drop(item.slug);
        sent(root, item, reply.url);
      } else if (reply.status === 422) {
        put({ ...item, state: "refused" });
      } else if (reply.status === SIGNED_OUT) {
        await forgetForms();
        tell(root, words(root)["wordEnter"] ?? "");
        return;
      }
    } catch {
      return; // Still no line: it waits.
    }
  }
}

/** What the page says of the outbox; a page that knows nothing of it says what the last one did. */
function words(root: HTMLElement): DOMStringMap {
  return root.isConnected ? root.dataset : (JSON.parse(localStorage.getItem(SAID) ?? "{}") as DOMStringMap);
}

function tell(root: HTMLElement, said: string, link?: HTMLElement): void {
  const line = document.createElement("p");
  line.dataset["sent"] = "";
  line.setAttribute("role", "status");
  line.append(`${said} `, ...(link ? [link] : []));
  for (const old of document.querySelectorAll("[data-sent]")) if (old.textContent === line.textContent) old.remove();
  if (root.isConnected) root.append(line);
  else document.querySelector("main .wrap")?.prepend(line);
  root.hidden = false;
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
  const link = document.createElement("a");
  link.href = url;
  link.textContent = item.title;
  tell(root, words(root)["wordSent"] ?? "", link);
}

/** Fill a form with what was written before on the same page, under the name that it had then. */
function takeUp(form: HTMLFormElement, item: Item): void {
  for (const [name, value] of item.fields) {
    if (name === "writer") continue; // whoever takes it up and sends it writes it
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = field.value === value;
    else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
  }
}

function watch(form: HTMLFormElement, root: HTMLElement): void {
  if (form.dataset["fresh"] !== undefined) renew(form);
  offerAgain(form);
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
    noteLast(form);
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
    if (!put(read(form, "waiting"))) {
      tell(root, root.dataset["wordFull"] ?? "");
      return;
    }
    noteWords(root);
    void navigator.storage?.persist?.(); // a browser short of room drops the others first
    notice.hidden = true;
    for (const field of form.elements) (field as HTMLInputElement).disabled = true; // said is said: another report is another form
    draw(root);
    void send(root).then(() => draw(root));
  });
}

/** Note what the page says, for pages that say nothing of the outbox; without room they are silent. */
function noteWords(root: HTMLElement): void {
  try {
    localStorage.setItem(SAID, JSON.stringify({ ...root.dataset }));
  } catch {
    localStorage.removeItem(SAID);
  }
}

/** One tap for what was written last on this phone: the marker, and who writes. It is offered, never filled in. */
function offerAgain(form: HTMLFormElement): void {
  const last = lasts();
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-again]")) {
    const name = button.dataset["again"] ?? "";
    const [field, value] = [form.elements.namedItem(name), last[name]];
    if (!(field instanceof HTMLInputElement) || field.value || !value) continue;
    button.append(` ${value}`);
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      button.hidden = true;
    });
  }
}

function noteLast(form: HTMLFormElement): void {
  const last = lasts();
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-again]")) {
    const name = button.dataset["again"] ?? "";
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.value) last[name] = field.value;
  }
  try {
    localStorage.setItem(LAST, JSON.stringify(last));
  } catch {
    localStorage.removeItem(LAST); // No room: it is typed again.
  }
}

function lasts(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(LAST) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** What is on record now needs no keeping: its own page, or the page that it led to, says its name. */
function dropRecorded(): void {
  const [here, logged] = [decodeURIComponent(location.pathname), new URLSearchParams(location.search).get("logged")];
  for (const { slug } of items()) if (slug && (here.endsWith(`/${slug}`) || logged === slug)) drop(slug);
}

/** Keep the forms, and say on the page that lists them whether they are kept. */
async function offerForms(root: HTMLElement): Promise<void> {
  const said = document.querySelector<HTMLElement>("[data-kept-said]");
  const state = await keepForms();
  const told = { kept: root.dataset["wordKept"], "not-kept": root.dataset["wordNotKept"], cannot: root.dataset["wordCannot"] };
  if (said) said.textContent = told[state] ?? "";
  root.dataset["keeping"] = state;
}

/** Whoever leaves leaves nothing behind but what waits to be sent. */
export function offerLeaving(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form[data-leave]:not([data-leave-ready])");
  if (!form) return;
  form.dataset["leaveReady"] = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(items().filter((one) => one.state === "waiting"));
    void forgetForms().finally(() => form.submit());
  });
}

/** Offer keeping on pages that say so, and send from every page; all else about a form is the page's own. */
export function offerKeeping(): void {
  const found = document.querySelector<HTMLElement>("[data-outbox]");
  const root = found ?? document.createElement("div");
  if (document.body.dataset["outboxReady"] !== undefined) return;
  document.body.dataset["outboxReady"] = "";
  dropRecorded();
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep]")) watch(form, root);
  const again = (): void => void send(root).then(() => draw(root));
  draw(root);
  again();
  if (found) void offerForms(found);
  window.addEventListener("online", again);
  setInterval(() => {
    if (items().some((item) => item.state === "waiting")) again();
  }, PAUSE);
}
