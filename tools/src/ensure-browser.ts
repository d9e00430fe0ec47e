// The browser tests need a Chromium. Where it is missing and Debian's package manager is at hand, it is installed;
// elsewhere those tests are skipped, and say so.

import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const candidates = [process.env.CHROME_BIN, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const found = candidates.find((path) => path !== undefined && existsSync(path));

if (found) {
  console.log(`browser: ${found}`);
} else if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  console.log("browser: none found; installing Debian's chromium");
  const options: SpawnSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update", "-qq"], options);
  const { status } = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
  if (status !== 0) console.log("browser: could not be installed; the browser tests will be SKIPPED");
} else {
  console.log("browser: none found; the browser tests will be SKIPPED (set CHROME_BIN to a Chromium or Chrome)");
}
