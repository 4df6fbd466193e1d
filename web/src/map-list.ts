// What the map shows, as words and lists: for readers who do not see it, and for browsers that cannot draw it.
import { inView, lost, watching } from "./map-features";
import { NINETY_FIVE } from "./map-geometry";
import { brief, made } from "./map-marks";
import type { PartyLayers, Picture, Track } from "./map-types";
import type { Words } from "./map-words";

const MOST_LISTED = 200;

/** One sentence each on what is seen, on what is not known, and on what this view leaves out. */
export function sentences(picture: Picture, own: string, words: Words): string[] {
  const watched = watching(picture, own).length;
  const silent = lost(picture, own).map((one) => one.name);
  return [
    words.say(picture.tracks.length ? "seen" : "seen_none", { count: words.number(picture.tracks.length) }),
    ...(silent.length ? [words.say("not_known", { names: silent.join(", ") })] : []),
    ...(watched && watched === silent.length ? [words.say("nobody_watches")] : []),
    ...(picture.unseen === null ? [] : [words.say("unseen", { count: words.number(picture.unseen, 1) })]),
  ];
}

/** A sentence on each gauge that the map shows: its newest stage, whatever moment the picture is of. */
export function gauged(given: PartyLayers, view: string, own: string, words: Words): HTMLElement[] {
  return given.gauges
    .filter((one) => inView(one.party, view, own))
    .map((one) => {
      const [before, after] = words.say("gauge", { level: words.number(one.last, 2), state: words.say(`level-${one.state}`), moment: words.moment(Date.parse(one.to)) }).split("{station}");
      const line = made("p", "", before);
      line.append(made("a", "", one.station, { href: one.href }), after ?? "");
      return line;
    });
}

/** What this view cannot show, in the reader's language. */
export function unshown(picture: Picture, parties: Record<string, string>, words: Words): string {
  return picture.unshown
    .map(({ code, way, party, count }) =>
      words.say(`withheld-${code}`, { way: words.say(`way-${way}`), party: parties[party ?? ""] ?? party ?? "", count: words.number(count ?? 0) }),
    )
    .join(" ");
}

export function listTracks(list: HTMLElement, picture: Picture, words: Words, look: (track: Track) => void): void {
  const held = list.contains(document.activeElement) ? document.activeElement?.closest<HTMLElement>("[data-track]")?.dataset["track"] : undefined;
  const listed = picture.tracks.slice(0, MOST_LISTED).map((track) => {
    const item = made("li", "", "", { "data-track": track.id });
    const name = made("button", "btn btn-link map-look", `${words.say(`class-${track.class}`)} ${brief(track.id)}`, { type: "button", title: track.id });
    name.addEventListener("click", () => look(track));
    item.append(name, made("span", "text-body-secondary", ` ${facts(track, words).join(" · ")} `), ...proofs(track));
    return item;
  });
  list.replaceChildren(...listed);
  if (picture.tracks.length > MOST_LISTED) list.append(made("li", "", words.say("more_in_table", { count: words.number(picture.tracks.length - MOST_LISTED) })));
  // The picture goes on while somebody reads it: who was at a track stays there.
  if (held) list.querySelector<HTMLElement>(`[data-track="${CSS.escape(held)}"] button`)?.focus({ preventScroll: true });
}

function facts(track: Track, words: Words): string[] {
  const speed = Math.hypot(...track.velocity) * 3.6;
  return [
    words.say(`basis-${track.basis}`),
    words.say("within", { metres: words.number(track.ellipse.major * NINETY_FIVE) }),
    words.say("speed", { speed: words.number(speed) }),
    words.say("exists", { percent: words.number(track.existence * 100) }),
    ...(track.claim ? [claim(track, words)] : []),
  ];
}

function claim(track: Track, words: Words): string {
  const score = track.corroboration === null ? words.say("not_checked") : `${words.number(track.corroboration * 100)} %`;
  return words.say("claims", { claim: track.claim, score });
}

function proofs(track: Track): HTMLElement[] {
  return track.sources.slice(0, 3).map(({ origin, index }) => made("a", "small", `${origin} · ${index}`, { href: `/record/${origin}/${index}` }));
}
