// Names that would cover each other: what matters more keeps its name, of the other the sign alone stays.
// The list below the map and the table hold every name.

/** From what must be read to what may wait; of a link the sign is left to press; countries have room of their own. */
const ORDER = ["alerts", "gauges", "patrols", "tracks", "zones", "sensors", "markers"];
const CROWDED = "map-crowded";
const BRIEF = "map-brief"; // a link of which the sign alone is seen

export function makeRoom(elements: (group: string) => HTMLElement[]): void {
  const every = ORDER.flatMap(elements);
  for (const one of every) one.classList.remove(CROWDED, BRIEF);
  const boxes = every.map((one) => one.getBoundingClientRect()); // all are measured before one is changed
  const frame = every[0]?.closest(".map-box")?.getBoundingClientRect();
  const taken: DOMRect[] = [];
  every.forEach((one, i) => {
    const box = boxes[i]!;
    if (!box.width) return;
    if (!taken.some((other) => meet(box, other)) && !(one.tagName === "A" && frame && cut(box, frame))) taken.push(box);
    else if (one.tagName !== "A") one.classList.add(CROWDED);
    else {
      one.classList.add(BRIEF);
      taken.push(one.getBoundingClientRect());
    }
  });
}

function meet(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Whether a side edge of the drawing cuts a name. */
function cut(box: DOMRect, frame: DOMRect): boolean {
  return box.left < frame.left || box.right > frame.right;
}
