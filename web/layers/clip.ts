// Cuts lines and rings to a box: a map of one border needs no world.
import type { Position } from "geojson";

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

type Side = { axis: 0 | 1; at: number; keeps: 1 | -1 };

/** The part of a ring inside the box (Sutherland and Hodgman 1974), closed; empty where nothing is inside. */
export function clipRing(ring: Position[], box: Box): Position[] {
  let kept = ring.slice(0, -1);
  for (const side of sides(box)) {
    const before = kept;
    kept = [];
    before.forEach((point, i) => {
      const last = before[(i + before.length - 1) % before.length]!;
      if (inside(point, side) !== inside(last, side)) kept.push(crossing(last, point, side));
      if (inside(point, side)) kept.push(point);
    });
  }
  return kept.length > 2 ? [...kept, kept[0]!] : [];
}

/** The parts of a line inside the box, each with at least two points. */
export function clipLine(line: Position[], box: Box): Position[][] {
  return sides(box).reduce<Position[][]>((parts, side) => parts.flatMap((part) => cut(part, side)), [line]);
}

function cut(line: Position[], side: Side): Position[][] {
  const parts: Position[][] = [];
  let part: Position[] = [];
  line.forEach((point, i) => {
    const last = line[i - 1];
    const enters = last !== undefined && inside(point, side) !== inside(last, side);
    if (enters) part.push(crossing(last, point, side));
    if (inside(point, side)) part.push(point);
    else if (part.length) {
      parts.push(part);
      part = [];
    }
  });
  return [...parts, part].filter((one) => one.length > 1);
}

function sides(box: Box): Side[] {
  return [
    { axis: 0, at: box.west, keeps: 1 },
    { axis: 0, at: box.east, keeps: -1 },
    { axis: 1, at: box.south, keeps: 1 },
    { axis: 1, at: box.north, keeps: -1 },
  ];
}

function inside(point: Position, side: Side): boolean {
  return (point[side.axis]! - side.at) * side.keeps >= 0;
}

function crossing(from: Position, to: Position, side: Side): Position {
  const part = (side.at - from[side.axis]!) / (to[side.axis]! - from[side.axis]!);
  return [from[0]! + (to[0]! - from[0]!) * part, from[1]! + (to[1]! - from[1]!) * part];
}
