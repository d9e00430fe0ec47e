// Fails when a source file breaks a rule of ARCHITECTURE.md.

import { globSync, readFileSync } from "node:fs";
import { violations } from "./architecture.ts";

const root = new URL("../..", import.meta.url).pathname;
const files = globSync("{packages,apps}/*/{src,test}/**/*.ts", {
  cwd: root,
  exclude: (name) => name === "node_modules",
});
const found = files.flatMap((path) => violations(path, readFileSync(`${root}/${path}`, "utf8")));
for (const violation of found) console.error(violation);
console.log(`architecture: ${files.length} files, ${found.length} violations`);
if (found.length > 0) process.exitCode = 1;
