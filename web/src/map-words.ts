// Words, numbers and times in the reader's language. Browsers know no Lao dates: the page brings the pattern.
import type { Settings, Text } from "./map-types";

export class Words {
  constructor(private readonly settings: Settings) {}

  /** A text of the page by name; `{name}` in it is replaced. */
  say(name: string, given: Record<string, string | number> = {}): string {
    const text = this.settings.words[name] ?? name;
    return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(given[key] ?? whole));
  }

  /** The text of a record that suits the reader best, with its language. */
  text(value: Text): { lang: string; text: string } {
    const order = [this.settings.lang, "en", ...Object.keys(value)];
    const lang = order.find((code) => value[code]) ?? "en";
    return { lang, text: value[lang] ?? "" };
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.settings.lang, { maximumFractionDigits: digits }).format(value);
  }

  /** A time as the reader's clock shows it, with its offset, and in UTC where that differs. */
  moment(at: number): string {
    const minutes = -new Date(at).getTimezoneOffset();
    const utc = `${this.stamp(at)} UTC`;
    return minutes ? `${this.stamp(at + minutes * 60_000)} ${offset(minutes)} (${clock(at)} UTC)` : utc;
  }

  private stamp(shifted: number): string {
    const day = new Date(shifted);
    const parts: Record<string, string> = {
      d: String(day.getUTCDate()),
      MMM: this.settings.months[day.getUTCMonth()] ?? "",
      y: String(day.getUTCFullYear()),
    };
    return `${this.settings.date.replace(/d|MMM|y/g, (part) => parts[part] ?? part)} ${clock(shifted)}`;
  }
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function offset(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "\u2212" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}
