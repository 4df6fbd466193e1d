// One picture as the features that the drawing's sources hold.
import type { Feature, FeatureCollection, Position } from "geojson";

import { area, circle, closed, ellipse, position } from "./map-geometry";
import type { Heat, PartyLayers, Picture, Sensor, Settings } from "./map-types";

export const CLASSES = ["air", "boat", "vehicle", "person-size", "unknown"];
const BASES: Record<string, string> = { own: "own", tracklets: "joint", intersection: "joint", told: "told" };

export type Drawn = Record<"tracks" | "ground" | "layers" | "heat", FeatureCollection>;

export function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

/** Name of the symbol of a track: its shape is the class, its filling what it rests on. */
export function symbol(track: { class: string; basis: string }): string {
  return `${CLASSES.includes(track.class) ? track.class : "unknown"}-${BASES[track.basis] ?? "told"}`;
}

/** Places, ellipses and trails of what moves. */
export function tracks(picture: Picture): FeatureCollection {
  return collection(
    picture.tracks.flatMap((track) => [
      area(ellipse(track), { kind: "ellipse", id: track.id }),
      line([...track.trail.map(([lat, lon]) => [lon, lat]), [track.lon, track.lat]], { kind: "trail" }),
      point([track.lon, track.lat], {
        kind: "track",
        id: track.id,
        symbol: symbol(track),
        heading: (Math.atan2(track.velocity[0], track.velocity[1]) * 180) / Math.PI,
      }),
    ]),
  );
}

/** The sector, zones, patrols, and what nobody watches at this moment. */
export function ground(picture: Picture, settings: Settings): FeatureCollection {
  const sector = settings.corners.length ? [area(closed(settings.corners), { kind: "sector" })] : [];
  const zones = picture.zones.map((zone) =>
    zone.shape === "area"
      ? area(closed(zone.points), { kind: "zone" })
      : zone.shape === "line"
        ? line(zone.points.map(position), { kind: "zone" })
        : point(position(zone.points[0]!), { kind: "zone" }),
  );
  const unwatched = lost(picture, settings.party).flatMap((one) => notKnowing(one, settings));
  const patrols = picture.patrols.map((one) => line(one.points.map(position), { kind: "patrol" }));
  return collection([...sector, ...unwatched, ...zones, ...patrols]);
}

/** The sensors that this view rests on: of one's own, of the others, or of all. */
export function watching(picture: Picture, own: string): Sensor[] {
  const view = picture.view === "shared" ? "own" : picture.view;
  return picture.sensors.filter((one) => inView(one.party, view, own));
}

/** Those of them that say nothing now, or of which nothing is known. */
export function lost(picture: Picture, own: string): Sensor[] {
  return watching(picture, own).filter((one) => one.state !== "heard");
}

/** What a sensor that says nothing would have covered: nothing is known of it, and it is never drawn as quiet. */
function notKnowing(sensor: Sensor, settings: Settings): Feature[] {
  const reach = settings.reach[`${sensor.party}/${sensor.name}`];
  const properties = { kind: "not-knowing", state: sensor.state };
  if (reach) return [area(circle(sensor.lat, sensor.lon, reach), properties)];
  return settings.corners.length ? [area(closed(settings.corners), properties)] : [];
}

/** The parties' own layers; each view shows those of whom it is about, and none of one's own to the other side. */
export function layers(given: PartyLayers, view: string, own: string): FeatureCollection {
  const shown = (party: string) => inView(party, view, own);
  return collection([
    ...given.hazards.filter((one) => shown(one.party)).map((one) => area(closed(one.points), { kind: "hazard" })),
    ...given.tracks.filter((one) => shown(one.party)).map((one) => line(one.points.map(position), { kind: "path" })),
    ...given.markers
      .filter((one) => shown(one.party))
      .map((one) => point([one.lon, one.lat], { kind: "marker", name: one.name })),
  ]);
}

export function inView(party: string, view: string, own: string): boolean {
  return view === "joint" || (view === "own" ? party === own : view === "theirs" && party !== own);
}

export function heat(given: Heat): FeatureCollection {
  return collection(
    given.cells.map(({ south, west, north, east, tracks }) =>
      area(
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
        { kind: "heat", tracks },
      ),
    ),
  );
}

function line(coordinates: Position[], properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "LineString", coordinates } };
}

function point(coordinates: Position, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates } };
}
