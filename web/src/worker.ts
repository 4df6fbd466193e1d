// The service worker of /border/: where there is no line it opens what the page script kept, and nothing else.
// It never writes into the cache itself. `kept.ts` does, and only what the node says may be kept.

interface Extendable extends Event {
  waitUntil(what: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(reply: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", act: (event: Extendable) => void): void;
  addEventListener(type: "fetch", act: (event: Fetching) => void): void;
}

const worker = self as unknown as Worker;
const CACHE = "comity-kept"; // the name is in kept.ts as well
const START = "/border/phone";
const PATIENCE = 6_000;
const SIGNED_OUT = 401;
const NOBODY_BEHIND = [502, 503, 504]; // a relay answers, the node does not

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
  else if (url.pathname === "/party.css") event.respondWith(fetch(request).catch(() => found(request)));
  else if (url.pathname.startsWith("/static/vendor/")) event.respondWith(kept(request.url).then((reply) => reply ?? fetch(request)));
});

async function page(request: Request, path: string): Promise<Response> {
  const copy = await kept(path);
  const asked = fetch(request);
  asked.catch(() => undefined); // where the copy was quicker, a failure is no news
  try {
    const reply = await (copy ? Promise.race([asked, late()]) : asked);
    if (reply.status === SIGNED_OUT) await caches.delete(CACHE);
    if (copy && NOBODY_BEHIND.includes(reply.status)) return copy;
    return reply;
  } catch (error) {
    if (copy) return copy;
    if (await kept(START)) return Response.redirect(START, 302);
    throw error;
  }
}

async function found(request: Request): Promise<Response> {
  const reply = await kept(request.url);
  return reply ?? Response.error();
}

async function kept(address: string): Promise<Response | undefined> {
  if (!(await caches.has(CACHE))) return undefined; // to open a cache makes one
  return (await caches.open(CACHE)).match(address, { ignoreVary: true });
}

function late(): Promise<never> {
  return new Promise((_, refuse) => setTimeout(() => refuse(new Error("no answer")), PATIENCE));
}
