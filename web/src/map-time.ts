// The time slider: a moment of the shared picture, by pointer, by keyboard, or played.
import { brief, made } from "./map-marks";
import type { Moment, Times } from "./map-types";
import type { Words } from "./map-words";

const TICK_MS = 500;
const CALM_TICK_MS = 2_000; // where the reader asked for less motion
const MOST_STOPS = 1_440;
const MOST_EVENTS = 100;

export class TimeSlider {
  private times: Times = { first: null, last: null, step: 1_000, events: [] };
  private playing = false;
  private readonly slider: HTMLInputElement;
  private readonly said: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly pace: HTMLSelectElement;

  /**
   * @param root Holds the controls, which the page wrote.
   * @param move Shows the picture of a moment; the slider waits for it before it plays on.
   */
  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
    private readonly move: (at: number) => Promise<void>,
  ) {
    this.slider = this.find("[data-time-slider]");
    this.said = this.find("[data-time-said]");
    this.button = this.find("[data-time-play]");
    this.pace = this.find("[data-time-pace]");
    this.slider.addEventListener("input", () => void this.go(this.at));
    this.button.addEventListener("click", () => (this.playing ? this.stop() : void this.play()));
    this.find("[data-time-back]").addEventListener("click", () => void this.go(this.at - this.times.step));
    this.find("[data-time-forward]").addEventListener("click", () => void this.go(this.at + this.times.step));
  }

  /** The moment that the slider stands at, milliseconds UTC. */
  get at(): number {
    return Number(this.slider.value);
  }

  /** Whether the slider stands at the newest moment, and is not being played. */
  get atEnd(): boolean {
    return !this.playing && this.at >= Number(this.slider.max);
  }

  /** Take the span and the events of a sector, and stand at a moment, or at the end. */
  take(times: Times, at: number | null): number {
    const same = JSON.stringify(times.events) === JSON.stringify(this.times.events);
    this.times = times;
    const [first, last] = times.last ? [times.first ?? times.last, times.last] : [Date.now(), Date.now()];
    const stop = Math.ceil((last - first) / MOST_STOPS / times.step) * times.step;
    this.slider.min = String(first);
    this.slider.max = String(last);
    this.slider.step = "any";
    this.slider.dataset["stop"] = String(Math.max(stop, times.step));
    this.root.hidden = !times.last;
    this.stand(at ?? last);
    if (same) this.placeTicks();
    else this.listEvents();
    return this.at;
  }

  /** Keys move by a stop: a browser would move a slider of a whole day by a second. */
  offerKeys(): void {
    const turns: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 60, PageDown: -60 };
    this.slider.addEventListener("keydown", (event) => {
      const turn = turns[event.key];
      if (turn === undefined) return;
      event.preventDefault();
      void this.go(this.at + turn * Number(this.slider.dataset["stop"]));
    });
  }

  async go(at: number): Promise<void> {
    this.stand(at);
    await this.move(this.at);
  }

  private stand(at: number): void {
    const [first, last] = [Number(this.slider.min), Number(this.slider.max)];
    const whole = first + Math.round((at - first) / this.times.step) * this.times.step;
    this.slider.value = String(Math.min(last, Math.max(first, whole)));
    const said = this.words.moment(this.at);
    this.slider.setAttribute("aria-valuetext", said);
    this.said.textContent = said;
  }

  private async play(): Promise<void> {
    this.playing = true;
    this.name();
    if (this.at >= Number(this.slider.max)) this.stand(Number(this.slider.min));
    const tick = matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM_TICK_MS : TICK_MS;
    while (this.playing && this.at < Number(this.slider.max)) {
      const pause = new Promise((done) => setTimeout(done, tick));
      await this.go(this.at + Math.max(this.times.step, tick * Number(this.pace.value)));
      await pause;
    }
    this.stop();
  }

  private stop(): void {
    this.playing = false;
    this.name();
  }

  private name(): void {
    this.button.textContent = this.words.say(this.playing ? "pause" : "play");
  }

  private within(): Moment[] {
    const [first, last] = [Number(this.slider.min), Number(this.slider.max)];
    return this.times.events.filter((one) => one.at >= first && one.at <= last).slice(-MOST_EVENTS);
  }

  private placeTicks(): void {
    const [first, last] = [Number(this.slider.min), Number(this.slider.max)];
    const ticks = this.within().map((one) => {
      const tick = made("span", "map-tick");
      tick.style.insetInlineStart = `${((one.at - first) / Math.max(last - first, 1)) * 100}%`;
      return tick;
    });
    this.find("[data-time-ticks]").replaceChildren(...ticks);
  }

  private listEvents(): void {
    const within = this.within();
    this.placeTicks();
    this.find("[data-time-none]").hidden = within.length > 0;
    this.find("[data-time-events]").replaceChildren(
      ...within.map((one) => {
        const item = made("li", "");
        const jump = made("button", "btn btn-link map-look", this.words.moment(one.at), { type: "button" });
        jump.addEventListener("click", () => void this.go(one.at));
        const what = [this.words.say(one.what), brief(one.about ?? "")].filter(Boolean).join(": ");
        item.append(jump, " ", made("a", "", what, { href: one.href }));
        return item;
      }),
    );
  }

  private find<E extends HTMLElement>(selector: string): E {
    return this.root.querySelector<E>(selector)!;
  }
}
