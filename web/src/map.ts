// The entry of the page /border/map; no other page asks for it.
import "maplibre-gl/dist/maplibre-gl.css";

import { MapPage } from "./map-page";
import type { Settings } from "./map-types";

const root = document.querySelector<HTMLElement>("[data-border-map]");
if (root) {
  root.classList.add("map-scripted");
  void new MapPage(root, JSON.parse(root.dataset["borderMap"]!) as Settings).begin();
}
