// Where the name of a country stands: well inside the part of it that is drawn.
import type { Position } from "geojson";

const STEPS = 24;
const ROWS = 0.6; // degrees of latitude between repeated names
const APART = 1.5; // degrees of longitude between them
const NARROW = 0.25; // degrees of width below which a part is not named

/** The point of a grid over the largest ring that lies farthest from its edge. */
export function labelPoint(rings: Position[][]): Position | null {
  const ring = [...rings].sort((a, b) => Math.abs(area(b)) - Math.abs(area(a)))[0];
  if (!ring) return null;
  const [xs, ys] = [ring.map((point) => point[0]!), ring.map((point) => point[1]!)];
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  let best: Position | null = null;
  let reach = 0;
  for (let i = 1; i < STEPS; i += 1) {
    for (let j = 1; j < STEPS; j += 1) {
      const point = [west + ((east - west) * i) / STEPS, south + ((north - south) * j) / STEPS];
      const far = contains(ring, point) ? nearest(ring, point) : 0;
      if (far > reach) [best, reach] = [point, far];
    }
  }
  return best;
}

/** Points along rows of latitude, in the middle of what the country has there: its narrow parts are named as well. */
export function repeated(rings: Position[][]): Position[] {
  return rings.flatMap((ring) => {
    const ys = ring.map((point) => point[1]!);
    const [first, last] = [Math.ceil(Math.min(...ys) / ROWS), Math.floor(Math.max(...ys) / ROWS)];
    return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) * ROWS).flatMap((y) => along(ring, y));
  });
}

function along(ring: Position[], y: number): Position[] {
  const found = crossings(ring, y);
  return found.flatMap((west, i) => {
    const wide = i % 2 ? 0 : (found[i + 1] ?? west) - west;
    const many = wide < NARROW ? 0 : Math.max(1, Math.floor(wide / APART));
    return Array.from({ length: many }, (_, n) => [west + (wide * (n + 0.5)) / many, y]);
  });
}

function crossings(ring: Position[], y: number): number[] {
  const found = ring.flatMap((a, i) => {
    const b = ring[(i + 1) % ring.length]!;
    return a[1]! > y !== b[1]! > y ? [a[0]! + ((b[0]! - a[0]!) * (y - a[1]!)) / (b[1]! - a[1]!)] : [];
  });
  return found.sort((a, b) => a - b);
}

/** Twice the signed area (shoelace), square degrees. */
export function area(ring: Position[]): number {
  return ring.reduce((sum, point, i) => {
    const next = ring[(i + 1) % ring.length]!;
    return sum + point[0]! * next[1]! - next[0]! * point[1]!;
  }, 0);
}

function contains(ring: Position[], [x, y]: Position): boolean {
  return ring.reduce((odd, a, i) => {
    const b = ring[(i + 1) % ring.length]!;
    const crosses = a[1]! > y! !== b[1]! > y! && x! < ((b[0]! - a[0]!) * (y! - a[1]!)) / (b[1]! - a[1]!) + a[0]!;
    return crosses ? !odd : odd;
  }, false);
}

function nearest(ring: Position[], [x, y]: Position): number {
  return Math.min(...ring.map((point) => Math.hypot(point[0]! - x!, point[1]! - y!)));
}
