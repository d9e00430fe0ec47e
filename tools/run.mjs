// What `npm start` and `npm test` run. Plain JavaScript without dependencies, because it is the one file that runs on a
// machine that has nothing but Node and npm: it fetches the pinned pnpm, which installs everything else (the pinned
// Node included), and then runs itself again under them.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const [task, ...args] = process.argv.slice(2);

const check = (name) => ["pnpm", "--silent", "--filter", "@nce-geometry/tools", "run", name];
const tasks = {
  start: [
    ["turbo", "run", "build", "--filter=@nce-geometry/cli...", "--output-logs=errors-only"],
    ["node", "apps/cli/dist/main.js", "demo", ...args],
  ],
  test: [
    ["biome", "ci", "--error-on-warnings", "."],
    check("check-architecture"),
    check("ensure-browser"),
    ["turbo", "run", "build", "typecheck", "--output-logs=errors-only"],
    ["vitest", "run", ...args],
    check("check-packages"),
  ],
};

function run(command, commandArgs) {
  const { status, error } = spawnSync(command, commandArgs, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (!(task in tasks)) {
  console.error(`usage: node tools/run.mjs ${Object.keys(tasks).join(" | ")}`);
  process.exit(2);
}
if (process.env.npm_config_user_agent?.startsWith("pnpm/")) {
  for (const [command, ...commandArgs] of tasks[task]) run(command, commandArgs);
} else {
  const { packageManager } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  run("npx", ["--yes", packageManager, "run", task, ...args]);
}
