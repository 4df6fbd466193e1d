import { defineConfig } from "vite";

import { baseLayers } from "./layers/base.ts";
import { notices } from "./layers/notices.ts";

// Three entries: the console's own, the map's, which only the page of the map asks for, and the service worker
// of the border's forms, which imports nothing. Fixed names, because the server stamps their addresses itself;
// what they ask for by themselves carries its digest in its name.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [baseLayers(), notices()],
  css: {
    preprocessorOptions: {
      scss: { loadPaths: ["node_modules"], quietDeps: true, silenceDeprecations: ["import"] },
    },
  },
  build: {
    outDir: "../src/comity/console/static/vendor",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      input: { app: "src/app.ts", map: "src/map.ts", worker: "src/worker.ts" },
      checks: { pluginTimings: false },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: (asset) => named(asset.names[0] ?? ""),
      },
    },
  },
});

function named(name: string): string {
  if (name.endsWith(".css")) return "[name][extname]";
  return name.endsWith(".mjs") ? "[name]-[hash].js" : "fonts/[name][extname]";
}
