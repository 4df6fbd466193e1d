// From metres about a place to shapes on the map. Good to a few metres over a sector; drawing needs no more.
import type { Feature, Polygon, Position } from "geojson";

import type { Place, Track } from "./map-types";

const METRES = 111_320; // a degree of latitude
const CORNERS = 48;
/** Standard deviations that hold a point of the plane with 95 % (the 0.95 quantile of chi-squared, 2 degrees). */
export const NINETY_FIVE = Math.sqrt(5.991464547);

export function position([lat, lon]: Place): Position {
  return [lon, lat];
}

/** The place that lies so many metres east and north of another. */
export function moved(lat: number, lon: number, east: number, north: number): Position {
  return [lon + east / (METRES * Math.cos((lat * Math.PI) / 180)), lat + north / METRES];
}

/** Where a track is with 95 %. */
export function ellipse(track: Track): Position[] {
  const { major, minor, angle } = track.ellipse;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  return ring((turn) => {
    const [a, b] = [major * NINETY_FIVE * Math.cos(turn), minor * NINETY_FIVE * Math.sin(turn)];
    return moved(track.lat, track.lon, a * cos - b * sin, a * sin + b * cos);
  });
}

export function circle(lat: number, lon: number, radius: number): Position[] {
  return ring((turn) => moved(lat, lon, radius * Math.cos(turn), radius * Math.sin(turn)));
}

export function closed(points: Place[]): Position[] {
  return [...points, ...points.slice(0, 1)].map(position);
}

export function area(points: Position[], properties: Record<string, unknown>): Feature<Polygon> {
  return { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [points] } };
}

function ring(at: (turn: number) => Position): Position[] {
  const points = Array.from({ length: CORNERS }, (_, i) => at((2 * Math.PI * i) / CORNERS));
  return [...points, points[0]!];
}
