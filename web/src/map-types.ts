// What the map is told: by the page (settings) and by the node's API (/api/v1/border/picture, …/times).

/** Latitude and longitude, degrees. */
export type Place = [number, number];
export type Text = Record<string, string>;

export interface Track {
  id: string;
  class: string;
  lat: number;
  lon: number;
  velocity: [number, number];
  /** One standard deviation, metres; degrees from east, counter-clockwise. */
  ellipse: { major: number; minor: number; angle: number };
  existence: number;
  basis: "own" | "tracklets" | "intersection" | "told";
  seen: number;
  claim: string;
  corroboration: number | null;
  origins: string[];
  sources: { origin: string; index: number }[];
  trail: [number, number, number][];
}

export interface Sensor {
  name: string;
  party: string;
  kind: string;
  lat: number;
  lon: number;
  state: "heard" | "silent" | "unknown";
  since: number | null;
}

export interface Zone {
  slug: string;
  title: Text;
  shape: "area" | "line" | "point";
  points: Place[];
  severity: string;
}

export interface Alert {
  key: string;
  rule: string;
  state: string;
  lat: number | null;
  lon: number | null;
  href: string;
}

export interface Patrol {
  slug: string;
  points: Place[];
  href: string;
}

export interface Picture {
  sector: string;
  at: number;
  view: string;
  span: [number, number] | null;
  synthetic: boolean;
  exercise: boolean;
  tracks: Track[];
  sensors: Sensor[];
  zones: Zone[];
  alerts: Alert[];
  patrols: Patrol[];
  unseen: number | null;
  /** What this view cannot show: codes with what belongs into their words. */
  unshown: { code: string; way?: string; party?: string; count?: number }[];
}

export interface Moment {
  at: number;
  what: string;
  about?: string;
  href: string;
}

export interface Times {
  first: number | null;
  last: number | null;
  step: number;
  events: Moment[];
}

/** The layers that parties put on record, as /api/v1/border/map/layers gives them. */
export interface PartyLayers {
  tracks: { party: string; points: Place[] }[];
  markers: { party: string; name: string; lat: number; lon: number }[];
  hazards: { party: string; slug: string; points: Place[] }[];
  gauges: Gauge[];
}

/** A gauge whose entry says where it stands: its newest stage, metres, and what is judged of it. */
export interface Gauge {
  party: string;
  station: string;
  lat: number;
  lon: number;
  state: string;
  last: number;
  to: string;
  href: string;
}

export interface Heat {
  cell: number;
  least: number;
  cells: { south: number; west: number; north: number; east: number; tracks: number }[];
  left_out: number | null;
}

/** What the page says of itself; the words are in the reader's language. */
export interface Settings {
  base: string;
  bounds: [number, number, number, number];
  countries: { name: string; at: [number, number]; again: [number, number][] }[];
  party: string;
  parties: Record<string, string>;
  sector: string;
  corners: Place[];
  reach: Record<string, number>;
  lang: string;
  date: string;
  months: string[];
  words: Record<string, string>;
}
