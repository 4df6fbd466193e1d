// A file of the reader's own, drawn on top: read by this browser, and sent to nobody.
import type { Feature, FeatureCollection, Geometry } from "geojson";

const MOST_BYTES = 20 * 1024 * 1024;
const GEOMETRIES = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];

/** The features of a GeoJSON file (RFC 7946); null where it is none, or too large. */
export async function readOwn(file: File): Promise<FeatureCollection | null> {
  if (file.size > MOST_BYTES) return null;
  try {
    const features = featuresOf(JSON.parse(await file.text()));
    return features.length ? { type: "FeatureCollection", features } : null;
  } catch {
    return null;
  }
}

function featuresOf(value: unknown): Feature[] {
  const given = value as { type?: string; features?: unknown[]; geometry?: Geometry; geometries?: unknown[] };
  if (given.type === "FeatureCollection") return (given.features ?? []).flatMap(featuresOf);
  if (given.type === "GeometryCollection") return (given.geometries ?? []).flatMap(featuresOf);
  if (given.type === "Feature") return given.geometry ? featuresOf(given.geometry) : [];
  if (!GEOMETRIES.includes(given.type ?? "") || !inDegrees(value as Geometry)) return [];
  return [{ type: "Feature", properties: {}, geometry: value as Geometry }];
}

function inDegrees(shape: Geometry): boolean {
  if (shape.type === "GeometryCollection") return false;
  const numbers: unknown[] = shape.type === "Point" ? shape.coordinates.slice(0, 2) : shape.coordinates.flat(3);
  return numbers.length > 1 && numbers.every((one) => Number.isFinite(one)) && Math.abs(numbers[0] as number) <= 180 && Math.abs(numbers[1] as number) <= 90;
}
