// The page of the map: what is asked for stands in the address (sector, at, view), what answers is shown thrice,
// as a drawing, as sentences, and as a list.
import { Drawing, canDraw } from "./map-drawing";
import * as features from "./map-features";
import { gauged, listTracks, sentences, unshown } from "./map-list";
import * as marks from "./map-marks";
import { readOwn } from "./map-own";
import { TimeSlider } from "./map-time";
import type { Heat, PartyLayers, Picture, Settings, Times } from "./map-types";
import { Words } from "./map-words";

const API = "/api/v1/border";
const FRESH_MS = 5_000;
const NONE: PartyLayers = { tracks: [], markers: [], hazards: [], gauges: [] };

export class MapPage {
  private readonly words: Words;
  private readonly drawing: Drawing | null;
  private readonly slider: TimeSlider | null;
  private view: string;
  private layers = NONE;
  private asked: AbortController | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly settings: Settings,
  ) {
    this.words = new Words(settings);
    const drawable = canDraw();
    this.find("[data-map-cannot]").hidden = drawable;
    this.find("[data-map-frame]").hidden = !drawable; // before the drawing begins, which measures its box
    this.drawing = drawable ? new Drawing(this.find("[data-map-box]"), settings, this.words) : null;
    this.slider = settings.sector ? new TimeSlider(this.find("[data-map-time]"), this.words, (at) => this.show(at)) : null;
    this.view = root.querySelector<HTMLElement>("[data-map-view][aria-current]")?.dataset["mapView"] ?? "joint";
  }

  /** Take over the page that the server wrote. */
  async begin(): Promise<void> {
    this.drawing?.mark("countries", marks.countries(this.settings));
    this.drawing?.onTrack((id) => this.root.querySelector<HTMLElement>(`[data-track="${CSS.escape(id)}"] button`)?.focus());
    this.offerViews();
    this.offerOwnLayer();
    if (!this.settings.sector) return;
    this.offerHeat();
    this.slider?.offerKeys();
    this.layers = (await this.ask<PartyLayers>("map/layers", {})) ?? NONE;
    const at = new URL(location.href).searchParams.get("at") ?? "";
    await this.refresh(/^\d+$/.test(at) ? Number(at) : null);
    setInterval(() => this.slider?.atEnd && !document.hidden && void this.refresh(null), FRESH_MS);
  }

  private async refresh(at: number | null): Promise<void> {
    const times = await this.ask<Times>("picture/times", { sector: this.settings.sector });
    if (times && this.slider) await this.show(this.slider.take(times, at), at === null);
  }

  private async show(at: number, newest = false): Promise<void> {
    this.asked?.abort();
    this.asked = new AbortController();
    this.address(newest ? null : at);
    const asked = { sector: this.settings.sector, at: String(at), view: this.view };
    const picture = await this.ask<Picture>("picture", asked, this.asked.signal);
    if (!picture) return;
    this.tell(picture);
    listTracks(this.find("[data-map-tracks]"), picture, this.words, (track) => this.drawing?.look(track.lat, track.lon));
    await this.draw(picture);
    this.root.dataset["shown"] = `${picture.view} ${picture.at}`;
  }

  private tell(picture: Picture): void {
    this.find("[data-map-withheld]").hidden = !picture.unshown.length;
    this.find("[data-map-withheld-words]").textContent = unshown(picture, this.settings.parties, this.words);
    this.find("[data-map-exercise]").hidden = !picture.exercise;
    this.find("[data-map-synthetic]").hidden = !picture.synthetic;
    const said = sentences(picture, this.settings.party, this.words).map((one) => marks.made("p", "", one));
    said.push(...gauged(this.layers, this.view, this.settings.party, this.words));
    const list = this.find("[data-map-said]");
    if (list.textContent !== said.map((one) => one.textContent).join("")) list.replaceChildren(...said);
  }

  private async draw(picture: Picture): Promise<void> {
    if (!this.drawing) return;
    this.drawing.mark("sensors", marks.sensors(picture, this.settings.party, this.words));
    this.drawing.mark("zones", marks.zones(picture, this.words));
    this.drawing.mark("alerts", marks.alerts(picture, this.words));
    this.drawing.mark("patrols", marks.patrols(picture, this.words));
    this.drawing.mark("tracks", marks.tracks(picture));
    this.drawing.mark("gauges", marks.gauges(this.layers, this.view, this.settings, this.words));
    this.drawing.mark("markers", marks.markers(this.layers, this.view, this.settings));
    await this.drawing.show("layers", features.layers(this.layers, this.view, this.settings.party));
    await this.drawing.show("ground", features.ground(picture, this.settings));
    await this.drawing.show("tracks", features.tracks(picture));
  }

  private offerViews(): void {
    for (const link of this.root.querySelectorAll<HTMLAnchorElement>("[data-map-view]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.view = link.dataset["mapView"]!;
        for (const other of this.root.querySelectorAll("[data-map-view]")) other.removeAttribute("aria-current");
        link.setAttribute("aria-current", "true");
        if (this.slider) void this.show(this.slider.at);
      });
    }
  }

  private offerOwnLayer(): void {
    const field = this.find<HTMLInputElement>("[data-map-own]");
    field.addEventListener("change", async () => {
      const file = field.files?.[0];
      const read = file ? await readOwn(file) : null;
      this.find("[data-map-own-said]").textContent = !file ? "" : this.words.say(read ? "own_drawn" : "own_refused", { name: file.name });
      await this.drawing?.show("own", read ?? features.collection([]));
    });
  }

  private offerHeat(): void {
    const box = this.find<HTMLInputElement>("[data-map-heat]");
    box.addEventListener("change", async () => {
      const heat = box.checked ? await this.ask<Heat>("heat", { sector: this.settings.sector }) : null;
      const said = heat ? (heat.cells.length ? "heat_shown" : "heat_none") : "";
      this.find("[data-map-heat-said]").textContent = said && this.words.say(said, { count: heat?.cells.length ?? 0, left: heat?.left_out ?? this.words.say("under_ten") });
      await this.drawing?.show("heat", heat ? features.heat(heat) : features.collection([]));
    });
  }

  /** Write what is shown into the address and into the links that lead elsewhere with the same question. */
  private address(at: number | null): void {
    const asked = new URLSearchParams({ sector: this.settings.sector, ...(at === null ? {} : { at: String(at) }), view: this.view });
    history.replaceState(null, "", `${location.pathname}?${asked}`);
    for (const link of this.root.querySelectorAll<HTMLAnchorElement>("[data-map-table]")) link.href = `/border/picture?${asked}`;
    for (const link of this.root.querySelectorAll<HTMLAnchorElement>("[data-map-view]")) {
      asked.set("view", link.dataset["mapView"]!);
      link.href = `${location.pathname}?${asked}`;
    }
  }

  private async ask<T>(path: string, query: Record<string, string>, signal?: AbortSignal): Promise<T | null> {
    const failed = this.find("[data-map-failed]");
    try {
      const answer = await fetch(`${API}/${path}?${new URLSearchParams(query)}`, signal ? { signal } : {});
      failed.hidden = answer.ok;
      return answer.ok ? ((await answer.json()) as T) : null;
    } catch (error) {
      if ((error as Error).name !== "AbortError") failed.hidden = false;
      return null;
    }
  }

  private find<E extends HTMLElement>(selector: string): E {
    return this.root.querySelector<E>(selector)!;
  }
}
