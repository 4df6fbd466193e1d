// Names on the map as HTML: the browser shapes Lao and stacked Vietnamese letters, the renderer could not.
import type { PositionAnchor } from "maplibre-gl";

import { inView } from "./map-features";
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

export function countries(settings: Settings): Mark[] {
  return settings.countries.map((one) => ({ at: one.at, element: made("span", "map-name map-name-country", one.name) }));
}

export function sensors(picture: Picture, words: Words): Mark[] {
  return picture.sensors.map((one) => {
    const element = made("span", `map-name map-sensor map-sensor-${one.state}`, one.name);
    if (one.state !== "heard") element.append(made("strong", "", ` ${words.say(one.state)}`));
    return { at: [one.lon, one.lat], element, anchor: "top" };
  });
}

export function zones(picture: Picture, words: Words): Mark[] {
  return picture.zones.map((zone) => ({ at: middle(zone), element: written("map-name map-name-zone", zone.title, words) }));
}

export function alerts(picture: Picture, words: Words): Mark[] {
  return picture.alerts.flatMap((one) => {
    if (one.lat === null || one.lon === null) return [];
    const element = made("a", "map-name map-alert", words.say(`rule-${one.rule}`), { href: one.href });
    return [{ at: [one.lon, one.lat] as [number, number], element, anchor: "bottom" as const }];
  });
}

export function patrols(picture: Picture, words: Words): Mark[] {
  return picture.patrols.flatMap((one) => {
    const [lat, lon] = one.points[0] ?? [];
    if (lat === undefined || lon === undefined) return [];
    const element = made("a", "map-name map-patrol", `${words.say("patrol")} ${one.slug}`, { href: one.href });
    return [{ at: [lon, lat] as [number, number], element, anchor: "bottom" as const }];
  });
}

/** The names of tracks, while there are few enough to read. */
export function tracks(picture: Picture): Mark[] {
  if (picture.tracks.length > MOST_NAMES) return [];
  return picture.tracks.map((one) => ({ at: [one.lon, one.lat], element: made("span", "map-name map-track", one.id), anchor: "left" }));
}

export function markers(given: PartyLayers, view: string, settings: Settings): Mark[] {
  const shown = given.markers.filter((one) => inView(one.party, view, settings.party));
  if (shown.length > MOST_NAMES) return [];
  return shown.map((one) => ({ at: [one.lon, one.lat], element: made("span", "map-name map-marker", one.name), anchor: "left" }));
}

function written(name: string, title: Text, words: Words): HTMLElement {
  const { lang, text } = words.text(title);
  return made("span", name, text, { lang });
}

function middle(zone: Zone): [number, number] {
  const total = zone.points.reduce(([x, y], [lat, lon]) => [x + lon, y + lat] as [number, number], [0, 0] as [number, number]);
  return [total[0] / zone.points.length, total[1] / zone.points.length];
}
