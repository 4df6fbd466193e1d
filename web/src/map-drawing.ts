// The drawing itself: MapLibre with sources of GeoJSON, nothing fetched but the node's own files.
import { type GeoJSONSource, Map as Canvas, Marker, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { FeatureCollection } from "geojson";

import { makeRoom } from "./map-room";
import type { Mark } from "./map-marks";
import { layers, palette, style } from "./map-style";
import { symbols } from "./map-symbols";
import type { Settings } from "./map-types";
import type { Words } from "./map-words";

setWorkerUrl(worker);
const NEAREST = 17;
const NEAR = 9.5; // the zoom below which a sector is a dot, and names of what is in it would cover each other
const FAR = 5.5; // the zoom below which a country says its name once
const PADDING = 0.15; // of the sector's own extent, left free about it

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export class Drawing {
  private readonly canvas: Canvas;
  private readonly ready: Promise<void>;
  private readonly marks = new Map<string, Marker[]>();
  private asked = 0;

  constructor(box: HTMLElement, settings: Settings, words: Words) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const [west, south, east, north] = settings.bounds;
    const latitude = settings.corners[0]?.[0] ?? (south + north) / 2;
    this.canvas = new Canvas({
      container: box,
      style: style(palette(dark.matches), settings.base, latitude),
      bounds: start(settings),
      maxBounds: [
        [west, south],
        [east, north],
      ],
      maxZoom: NEAREST,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      locale: locale(words),
    });
    this.canvas.touchZoomRotate.disableRotation();
    this.canvas.keyboard.disableRotation();
    this.canvas.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.canvas.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    this.ready = new Promise((done) => this.canvas.once("load", () => done()));
    const range = () => (box.dataset["range"] = rangeOf(this.canvas.getZoom()));
    this.canvas.on("zoom", range);
    range();
    this.canvas.on("moveend", () => this.tidy());
    this.canvas.on("resize", () => this.tidy());
    this.dress(dark.matches);
    dark.addEventListener("change", (event) => void this.ready.then(() => this.redress(event.matches, latitude)));
    void this.ready.then(() => (box.dataset["drawn"] = "true"));
  }

  /** Put features into a source of the style. */
  async show(source: string, features: FeatureCollection): Promise<void> {
    await this.ready;
    await this.canvas.getSource<GeoJSONSource>(source)?.setData(features);
  }

  /** Replace the marks of a group: HTML, so that the browser shapes every script. */
  mark(group: string, marks: Mark[]): void {
    for (const old of this.marks.get(group) ?? []) old.remove();
    const made = marks.map((one) => new Marker({ element: one.element, anchor: one.anchor ?? "center" }).setLngLat(one.at));
    this.marks.set(group, made);
    for (const one of made) one.addTo(this.canvas);
    this.tidy();
  }

  /** Let no name cover another, once for all that changed since the last frame. */
  private tidy(): void {
    cancelAnimationFrame(this.asked);
    this.asked = requestAnimationFrame(() => makeRoom((group) => (this.marks.get(group) ?? []).map((one) => one.getElement())));
  }

  /** Bring a place into view, without moving through what lies between. */
  look(lat: number, lon: number): void {
    this.canvas.jumpTo({ center: [lon, lat], zoom: Math.max(this.canvas.getZoom(), 12) });
  }

  /** Call with the track that was pressed. */
  onTrack(act: (id: string) => void): void {
    this.canvas.on("click", "track", (event) => act(String(event.features?.[0]?.properties["id"] ?? "")));
  }

  private dress(dark: boolean): void {
    for (const [name, image] of symbols(palette(dark))) {
      if (this.canvas.hasImage(name)) this.canvas.updateImage(name, image);
      else this.canvas.addImage(name, image, { pixelRatio: 2 });
    }
  }

  private redress(dark: boolean, latitude: number): void {
    this.dress(dark);
    for (const layer of layers(palette(dark), latitude)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.canvas.setPaintProperty(layer.id, name as never, value as never);
    }
  }
}

function rangeOf(zoom: number): string {
  return zoom < FAR ? "wide" : zoom < NEAR ? "far" : "near";
}

function start(settings: Settings): [[number, number], [number, number]] {
  const [west, south, east, north] = settings.bounds;
  if (!settings.corners.length) return [[west, south], [east, north]];
  const [lats, lons] = [settings.corners.map(([lat]) => lat), settings.corners.map(([, lon]) => lon)];
  const [high, wide] = [Math.max(...lats) - Math.min(...lats), Math.max(...lons) - Math.min(...lons)];
  return [
    [Math.min(...lons) - wide * PADDING, Math.min(...lats) - high * PADDING],
    [Math.max(...lons) + wide * PADDING, Math.max(...lats) + high * PADDING],
  ];
}

function locale(words: Words): Record<string, string> {
  const names = {
    "Map.Title": "map",
    "NavigationControl.ZoomIn": "zoom_in",
    "NavigationControl.ZoomOut": "zoom_out",
    "CooperativeGesturesHandler.WindowsHelpText": "zoom_keys",
    "CooperativeGesturesHandler.MacHelpText": "zoom_keys_mac",
    "CooperativeGesturesHandler.MobileHelpText": "two_fingers",
  };
  const said = Object.entries(names).map(([key, name]) => [key, words.say(name)]);
  return { ...Object.fromEntries(said), "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km" };
}
