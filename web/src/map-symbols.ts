// The pictures that the drawing uses, made on a canvas: no sprite is fetched. Shape and filling carry the
// meaning; colour only repeats it.
import { CLASSES } from "./map-features";
import type { Palette } from "./map-style";

const SIZE = 44; // device pixels; drawn at half of that
type Path = (pen: CanvasRenderingContext2D) => void;

// About the middle, in a square from -1 to 1; what has a bow points up.
const PATHS: Record<string, Path> = {
  air: (pen) => corners(pen, [0, -1], [0.28, -0.2], [1, 0.35], [0.28, 0.3], [0.4, 0.95], [0, 0.7], [-0.4, 0.95], [-0.28, 0.3], [-1, 0.35], [-0.28, -0.2]),
  boat: (pen) => corners(pen, [0, -1], [0.6, -0.2], [0.5, 0.9], [-0.5, 0.9], [-0.6, -0.2]),
  vehicle: (pen) => corners(pen, [-0.75, -0.75], [0.75, -0.75], [0.75, 0.75], [-0.75, 0.75]),
  "person-size": (pen) => pen.arc(0, 0, 0.75, 0, 2 * Math.PI),
  unknown: (pen) => corners(pen, [0, -0.95], [0.95, 0], [0, 0.95], [-0.95, 0]),
};

/** Each symbol by name, and the hatching of what is not known. */
export function symbols(colours: Palette): Map<string, ImageData> {
  const found = new Map<string, ImageData>();
  for (const name of CLASSES) {
    for (const basis of ["own", "joint", "told"]) found.set(`${name}-${basis}`, symbol(PATHS[name]!, basis, colours));
  }
  found.set("hatch", hatch(colours.unknown, 4));
  found.set("hazard", hatch(colours.hazard, 8));
  return found;
}

function symbol(path: Path, basis: string, colours: Palette): ImageData {
  return drawn(SIZE, (pen) => {
    pen.translate(SIZE / 2, SIZE / 2);
    pen.scale(SIZE / 2.9, SIZE / 2.9);
    pen.lineJoin = "round";
    pen.beginPath();
    path(pen);
    pen.closePath();
    stroke(pen, colours.halo, 0.62);
    pen.fillStyle = basis === "own" ? colours.track : colours.halo;
    pen.fill();
    stroke(pen, colours.track, 0.26);
    if (basis !== "joint") return;
    pen.scale(0.5, 0.5);
    pen.beginPath();
    path(pen);
    pen.closePath();
    pen.fillStyle = colours.track;
    pen.fill();
  });
}

function hatch(colour: string, gap: number): ImageData {
  const size = gap * 4;
  return drawn(size, (pen) => {
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    for (let x = -size; x <= size * 2; x += gap * 2) {
      pen.beginPath();
      pen.moveTo(x, size);
      pen.lineTo(x + size, 0);
      pen.stroke();
    }
  });
}

function drawn(size: number, draw: Path): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d")!;
  draw(pen);
  return pen.getImageData(0, 0, size, size);
}

function stroke(pen: CanvasRenderingContext2D, colour: string, width: number): void {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function corners(pen: CanvasRenderingContext2D, ...points: [number, number][]): void {
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
}
