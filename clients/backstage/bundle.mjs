// Makes a program of each test: Backstage's frontend is made for bundlers, and its backend for Node.js as it stands.
import { build } from "esbuild";

const common = { bundle: true, platform: "node", target: "node20", sourcemap: "inline", logLevel: "error", jsx: "automatic" };
await build({
  ...common,
  entryPoints: ["scaffolder/test/action.test.ts"],
  outfile: "dist/action.test.mjs",
  format: "esm",
  packages: "external",
});
await build({
  ...common,
  entryPoints: ["card/test/card.test.tsx"],
  outfile: "dist/card.test.cjs",
  format: "cjs",
  inject: ["card/test/browser.mjs"],
  external: ["jsdom"],
  mainFields: ["module", "main"],
  conditions: ["browser", "import"],
  define: { "process.env.NODE_ENV": '"test"' },
  loader: { ".svg": "empty", ".css": "empty", ".woff2": "empty", ".woff": "empty", ".ttf": "empty", ".png": "empty" },
});
