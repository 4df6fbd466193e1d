// What this browser keeps so that it opens without a line: the page of the forms, the forms that it names, their
// sheets, script and letters. The node says of each page whether it may be kept; anything else is never stored.

const CACHE = "comity-kept"; // the name is in worker.ts as well
const STAMP = "comity-kept-stamp";
const START = "/border/phone";
const WORKER = { script: "/border/worker.js", scope: "/border/" };
const HEADER = "Comity-Keep";
const DAY = 86_400_000;

/** What was written last on this phone, by the name of its field. */
export const LAST = "comity-last";
export type Keeping = "kept" | "not-kept" | "cannot";

/** Keep what opens without a line, where that was not done today for this page's language and build. */
export async function keepForms(): Promise<Keeping> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return "cannot";
  try {
    await navigator.serviceWorker.register(WORKER.script, { scope: WORKER.scope });
    const stamp = stampOf();
    const there = await caches.has(CACHE);
    if (localStorage.getItem(STAMP) === stamp && there) return "kept";
    // The worker forgot the pages, as the node did not know the phone: somebody else may hold it now.
    if (localStorage.getItem(STAMP) !== null && !there) localStorage.removeItem(LAST);
    await store(await gather());
    localStorage.setItem(STAMP, stamp);
    return "kept";
  } catch {
    // No line, or no room: what was kept before stays as it is.
    return (await caches.has(CACHE)) ? "kept" : "not-kept";
  }
}

/** Forget all of it: whoever leaves leaves nothing that opens. */
export async function forgetForms(): Promise<void> {
  localStorage.removeItem(STAMP);
  localStorage.removeItem(LAST);
  if ("caches" in window) await caches.delete(CACHE);
  const registration = await navigator.serviceWorker?.getRegistration(WORKER.scope);
  await registration?.unregister();
}

/** Fill in what belongs to one opening of a kept form: its name, and when it was opened. */
export function renew(form: HTMLFormElement): void {
  const path = form.dataset["keep"] ?? "";
  const [day] = new Date().toISOString().split("T");
  const random = [...crypto.getRandomValues(new Uint8Array(4))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const what = (path.split("/").pop() ?? "").replaceAll("_", "-");
  field(form, "slug").value = `${what}-${(day ?? "").replaceAll("-", "")}-${random}`;
  field(form, "began_at").value = String(Date.now());
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function stampOf(): string {
  const files = [...document.querySelectorAll<HTMLElement>("script[src], link[rel=stylesheet]")].map((one) => one.getAttribute("src") ?? one.getAttribute("href"));
  return JSON.stringify([document.documentElement.lang, files, Math.floor(Date.now() / DAY)]);
}

async function gather(): Promise<[string, Response][]> {
  const [first, copy] = await page(START);
  const document = new DOMParser().parseFromString(await copy.clone().text(), "text/html");
  const paths = [...document.querySelectorAll("a[data-kept-form]")].map((one) => one.getAttribute("href")!);
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].map((one) => one.getAttribute("href")!);
  const scripts = [...document.querySelectorAll("script[src]")].map((one) => one.getAttribute("src")!);
  const styled = await Promise.all(sheets.map(file));
  const letters = (await Promise.all(styled.map(([at, sheet]) => fonts(at, sheet)))).flat();
  const rest = await Promise.all([...paths.map(page), ...[...scripts, ...letters].map(file)]);
  return [[first, copy], ...styled, ...rest];
}

async function page(path: string): Promise<[string, Response]> {
  const reply = await fetch(path, { headers: { [HEADER]: "1" }, redirect: "error" });
  if (!reply.ok || reply.headers.get(HEADER) !== "yes") throw new Error(`${path} may not be kept`);
  return [path, reply];
}

async function file(path: string): Promise<[string, Response]> {
  const reply = await fetch(path, { redirect: "error" });
  if (!reply.ok) throw new Error(`${path} is not there`);
  return [path, reply];
}

async function fonts(sheet: string, reply: Response): Promise<string[]> {
  const named = [...(await reply.clone().text()).matchAll(/url\(["']?([^"')]+\.woff2)["']?\)/g)].map(([, name]) => name!);
  const base = new URL(sheet, location.origin);
  return [...new Set(named)].map((name) => new URL(name, base).pathname);
}

/** Put all in only once all is there, and drop what is not of it. */
async function store(found: [string, Response][]): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const [path, reply] of found) await cache.put(path, reply);
  const wanted = new Set(found.map(([path]) => new URL(path, location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}
