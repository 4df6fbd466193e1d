// Where the name of a country stands: well inside the part of it that is drawn.
import type { Position } from "geojson";

const STEPS = 24;
const APART = 1; // degrees between repeated names
const INSIDE = 0.25; // degrees that a repeated name keeps from the edge

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

/** Points a degree apart and well inside, so that a part of a country still says which it is. */
export function repeated(rings: Position[][]): Position[] {
  return rings.flatMap((ring) => {
    const [xs, ys] = [ring.map((point) => point[0]!), ring.map((point) => point[1]!)];
    return steps(xs).flatMap((x) => steps(ys).map((y) => [x, y])).filter((one) => contains(ring, one) && nearest(ring, one) > INSIDE);
  });
}

function steps(values: number[]): number[] {
  const [low, high] = [Math.ceil(Math.min(...values) / APART), Math.floor(Math.max(...values) / APART)];
  return Array.from({ length: Math.max(high - low + 1, 0) }, (_, i) => (low + i) * APART);
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
