// Makes the file of the editor and the licences of what went into it: node bundle.mjs FOLDER, where the packages are.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

const folder = process.argv[2];
const made = await build({
  entryPoints: ["exports.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  outfile: join(folder, "codemirror-6.min.js"),
});
const packages = [
  ...new Set(Object.keys(made.metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])),
].sort();
const byText = new Map();
for (const name of packages) {
  const root = join("node_modules", name);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} has no file of its licence`);
  const text = readFileSync(join(root, file), "utf8").trim();
  byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
}
const parts = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
writeFileSync(join(folder, "codemirror-LICENSES"), parts.join(`\n${"-".repeat(80)}\n\n`));
