import { defineConfig } from "vite";

// One stylesheet, one script, the fonts: fixed names, because the server stamps the addresses itself.
export default defineConfig({
  base: "./",
  publicDir: false,
  css: {
    preprocessorOptions: {
      scss: { loadPaths: ["node_modules"], quietDeps: true, silenceDeprecations: ["import"] },
    },
  },
  build: {
    outDir: "../src/comity/console/static/vendor",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      input: "src/app.ts",
      checks: { pluginTimings: false },
      output: {
        entryFileNames: "app.js",
        assetFileNames: (asset) => (asset.names[0]?.endsWith(".css") ? "app.css" : "fonts/[name][extname]"),
      },
    },
  },
});
