// The layers of the drawing in light and dark. No glyphs, no sprite, no tiles: every name is HTML.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

export interface Palette {
  sea: string;
  land: string;
  water: string;
  line: string;
  band: string;
  province: string;
  track: string;
  halo: string;
  unknown: string;
  hazard: string;
  zone: string;
  patrol: string;
  path: string;
  heat: string;
  own: string;
}

const LIGHT: Palette = {
  sea: "#dfe7ec",
  land: "#f7f4ee",
  water: "#7fa6bd",
  line: "#5d5348",
  band: "#dedad4", // no opacity: where a wide line turns it covers itself
  province: "#b5ada2",
  track: "#14202b",
  halo: "#ffffff",
  unknown: "#565b61",
  hazard: "#9c1f1f",
  zone: "#7d4b00",
  patrol: "#1d6b46",
  path: "#80766b",
  heat: "#5b3a86",
  own: "#26698c",
};
const DARK: Palette = {
  sea: "#12181d",
  land: "#22262b",
  water: "#4f7388",
  line: "#b9ab99",
  band: "#3a3b3d",
  province: "#575d64",
  track: "#f2efe9",
  halo: "#15181c",
  unknown: "#a9aeb5",
  hazard: "#f39b92",
  zone: "#eebf6c",
  patrol: "#7fd0a4",
  path: "#8f887e",
  heat: "#c9adf0",
  own: "#7ab8db",
};
const BAND_METRES = 4_000; // two kilometres on either side of a line that nobody may take for a legal one
const PIXEL_METRES = 78_271.517; // at the equator and zoom 0, with tiles of 512 pixels
export const SOURCES = ["ground", "layers", "heat", "tracks", "own"] as const;

export function palette(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

export function style(colours: Palette, base: string, latitude: number): StyleSpecification {
  const empty = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
  const sources = Object.fromEntries(SOURCES.map((name) => [name, empty]));
  return {
    version: 8,
    sources: { base: { type: "geojson", data: base, tolerance: 0.2 }, ...sources },
    layers: layers(colours, latitude),
  };
}

export function layers(colours: Palette, latitude: number): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": colours.sea } },
    ...base(colours, latitude),
    ...context(colours),
    ...moving(colours),
  ];
}

function base(colours: Palette, latitude: number): LayerSpecification[] {
  return [
    fill("land", "base", "land", { "fill-color": colours.land }),
    line("band", "base", "country-line", { "line-color": colours.band, "line-width": metres(BAND_METRES, latitude) }),
    fill("lake", "base", "lake", { "fill-color": colours.water }),
    line("river", "base", "river", { "line-color": colours.water, "line-width": 1.4 }),
    line("province", "base", "province-line", { "line-color": colours.province, "line-width": 1, "line-dasharray": [3, 2] }),
    line("country", "base", "country-line", { "line-color": colours.line, "line-width": 1.2, "line-dasharray": [6, 3] }),
  ];
}

function context(colours: Palette): LayerSpecification[] {
  return [
    line("sector", "ground", "sector", { "line-color": colours.unknown, "line-width": 1.5, "line-dasharray": [2, 2] }),
    fill("not-knowing", "ground", "not-knowing", { "fill-pattern": "hatch", "fill-opacity": 0.7 }),
    line("not-knowing-edge", "ground", "not-knowing", { "line-color": colours.unknown, "line-width": 1.5 }),
    fill("heat", "heat", "heat", { "fill-color": colours.heat, "fill-opacity": ["interpolate", ["linear"], ["get", "tracks"], 10, 0.2, 100, 0.7] }),
    fill("hazard", "layers", "hazard", { "fill-pattern": "hazard", "fill-opacity": 0.6 }),
    line("hazard-edge", "layers", "hazard", { "line-color": colours.hazard, "line-width": 2 }),
    line("path", "layers", "path", { "line-color": colours.path, "line-width": 1.5, "line-dasharray": [1, 1.5] }),
    fill("zone", "ground", "zone", { "fill-color": colours.zone, "fill-opacity": 0.12 }),
    line("zone-edge", "ground", "zone", { "line-color": colours.zone, "line-width": 2 }),
    line("patrol", "ground", "patrol", { "line-color": colours.patrol, "line-width": 3, "line-dasharray": [4, 1.5] }),
    { id: "own-fill", type: "fill", source: "own", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.own, "fill-opacity": 0.15 } },
    { id: "own-line", type: "line", source: "own", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colours.own, "line-width": 2 } },
    { id: "own-point", type: "circle", source: "own", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colours.own, "circle-radius": 4 } },
  ];
}

function moving(colours: Palette): LayerSpecification[] {
  return [
    fill("ellipse", "tracks", "ellipse", { "fill-color": colours.track, "fill-opacity": 0.1 }),
    line("ellipse-edge", "tracks", "ellipse", { "line-color": colours.track, "line-width": 1, "line-opacity": 0.7 }),
    line("trail", "tracks", "trail", { "line-color": colours.track, "line-width": 1.6, "line-opacity": 0.55 }),
    {
      id: "track",
      type: "symbol",
      source: "tracks",
      filter: ["==", ["get", "kind"], "track"],
      layout: {
        "icon-image": ["get", "symbol"],
        "icon-rotate": ["case", ["in", ["get", "symbol"], ["literal", TURNING]], ["get", "heading"], 0],
        "icon-rotation-alignment": "map",
        "icon-allow-overlap": true,
      },
    },
  ];
}

const TURNING = ["air", "boat"].flatMap((name) => ["own", "joint", "told"].map((basis) => `${name}-${basis}`));

// A width in metres: pixels double with each step of the zoom.
function metres(width: number, latitude: number): ExpressionSpecification {
  const pixels = width / (PIXEL_METRES * Math.cos((latitude * Math.PI) / 180));
  return ["interpolate", ["exponential", 2], ["zoom"], 0, pixels, 22, pixels * 2 ** 22];
}

function fill(id: string, source: string, kind: string, paint: object): LayerSpecification {
  const filter: ExpressionSpecification = ["all", ["==", ["get", "kind"], kind], ["==", ["geometry-type"], "Polygon"]];
  return { id, type: "fill", source, filter, paint } as LayerSpecification;
}

function line(id: string, source: string, kind: string, paint: object): LayerSpecification {
  return { id, type: "line", source, filter: ["==", ["get", "kind"], kind], layout: { "line-join": "round" }, paint } as LayerSpecification;
}
