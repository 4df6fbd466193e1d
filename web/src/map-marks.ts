// Names on the map as HTML: the browser shapes Lao and stacked Vietnamese letters, the renderer could not.
import type { PositionAnchor } from "maplibre-gl";

import { inView, watching } from "./map-features";
import type { PartyLayers, Picture, Settings, Text, Zone } from "./map-types";
import type { Words } from "./map-words";

export interface Mark {
  at: [number, number];
  element: HTMLElement;
  anchor?: PositionAnchor;
}

const MOST_NAMES = 40;

/** An element with a class, words and attributes. */
export function made(tag: string, name: string, text = "", given: Record<string, string> = {}): HTMLElement {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  return element;
}

/** A name that leads somewhere; where there is no room its sign alone is seen, and its words are read out still. */
function link(name: string, text: string, href: string): HTMLElement {
  const element = made("a", `map-name ${name}`, "", { href, title: text });
  element.append(made("span", "map-words", text));
  return element;
}

export function countries(settings: Settings): Mark[] {
  return settings.countries.flatMap(({ name, at, again }) => [
    { at, element: made("span", "map-name map-name-country", name) },
    ...again.map((place) => ({ at: place, element: made("span", "map-name map-name-again", name, { "aria-hidden": "true" }) })),
  ]);
}

export function sensors(picture: Picture, own: string, words: Words): Mark[] {
  return watching(picture, own).map((one) => {
    const element = made("span", `map-name map-sensor map-sensor-${one.state}`, one.name);
    if (one.state !== "heard") element.append(made("strong", "", ` ${words.say(one.state)}`));
    return { at: [one.lon, one.lat], element, anchor: "left" };
  });
}

export function zones(picture: Picture, words: Words): Mark[] {
  return picture.zones.map((zone) => ({ at: foot(zone), element: written("map-name map-name-zone", zone.title, words), anchor: "top" }));
}

export function alerts(picture: Picture, words: Words): Mark[] {
  return picture.alerts.flatMap((one) => {
    if (one.lat === null || one.lon === null) return [];
    const element = link("map-alert", words.say(`rule-${one.rule}`), one.href);
    return [{ at: [one.lon, one.lat] as [number, number], element, anchor: "bottom" as const }];
  });
}

/** One mark a patrol, half-way of its first side. */
export function patrols(picture: Picture, words: Words): Mark[] {
  const first = new Map([...picture.patrols].reverse().map((one) => [one.slug, one]));
  return [...first.values()].flatMap((one) => {
    const [lat, lon] = one.points[one.points.length >> 1] ?? [];
    if (lat === undefined || lon === undefined) return [];
    const element = link("map-patrol", `${words.say("patrol")} ${one.slug}`, one.href);
    return [{ at: [lon, lat] as [number, number], element, anchor: "bottom" as const }];
  });
}

/** The beginning of a name of many digits; two that share it are told apart by where they are. */
export function brief(name: string): string {
  return name
    .split("+")
    .map((one) => one.replace(/^([a-z]+-\w{4})\w+$/, "$1\u2026"))
    .join(" + ");
}

/** The names of tracks, while there are few enough to read. */
export function tracks(picture: Picture): Mark[] {
  if (picture.tracks.length > MOST_NAMES) return [];
  return picture.tracks.map((one) => ({ at: [one.lon, one.lat], element: made("span", "map-name map-track", brief(one.id)), anchor: "left" }));
}

export function markers(given: PartyLayers, view: string, settings: Settings): Mark[] {
  const shown = given.markers.filter((one) => inView(one.party, view, settings.party));
  if (shown.length > MOST_NAMES) return [];
  return shown.map((one) => ({ at: [one.lon, one.lat], element: made("span", "map-name map-marker", one.name), anchor: "left" }));
}

/** A gauge with its newest stage; the word is there where the stage is more than normal. */
export function gauges(given: PartyLayers, view: string, settings: Settings, words: Words): Mark[] {
  return given.gauges
    .filter((one) => inView(one.party, view, settings.party))
    .map((one) => {
      const element = link(`map-gauge map-gauge-${one.state.replace(" ", "-")}`, `${one.station} ${words.number(one.last, 2)} m`, one.href);
      if (one.state !== "normal") element.firstElementChild!.append(made("strong", "", ` ${words.say(`level-${one.state}`)}`));
      return { at: [one.lon, one.lat] as [number, number], element, anchor: "left" as const };
    });
}

function written(name: string, title: Text, words: Words): HTMLElement {
  const { lang, text } = words.text(title);
  return made("span", name, text, { lang });
}

// In the middle of its southern edge: what moves in the zone stays in sight.
function foot(zone: Zone): [number, number] {
  const lons = zone.points.map(([, lon]) => lon);
  return [(Math.min(...lons) + Math.max(...lons)) / 2, Math.min(...zone.points.map(([lat]) => lat))];
}
