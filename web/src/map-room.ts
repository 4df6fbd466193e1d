// Names that would cover each other: what matters more keeps its name, of the other the sign alone stays.
// The list below the map and the table hold every name.

/** From what must be read to what may wait; links keep their names always, and countries have room of their own. */
const ORDER = ["alerts", "gauges", "patrols", "tracks", "zones", "sensors", "markers"];
const CROWDED = "map-crowded";
const YIELDS = "map-yields"; // a link that is in the words below as well, and says nothing that must be read at once

export function makeRoom(elements: (group: string) => HTMLElement[]): void {
  const every = ORDER.flatMap(elements);
  for (const one of every) one.classList.remove(CROWDED);
  const boxes = every.map((one) => one.getBoundingClientRect()); // all are measured before one is changed
  const taken: DOMRect[] = [];
  every.forEach((one, i) => {
    const box = boxes[i]!;
    if (!box.width) return;
    const stays = one.tagName === "A" && !one.classList.contains(YIELDS);
    if (stays || !taken.some((other) => meet(box, other))) taken.push(box);
    else one.classList.add(CROWDED);
  });
}

function meet(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
