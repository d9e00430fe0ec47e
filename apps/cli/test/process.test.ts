// What only a real process shows: exit codes, streams, and Ctrl-C.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeNpyFile } from "@nce-geometry/io/node";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let folder = "";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]): { readonly ended: Promise<Ended>; interrupt(): void } {
  const child = spawn(process.execPath, ["--conditions=@nce-geometry/source", main, ...args], { cwd: folder });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
  return { ended, interrupt: () => child.kill("SIGINT") };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-process-"));
  const [rows, dim] = [5000, 256];
  await writeNpyFile(
    join(folder, "large.npy"),
    [0, 1].map((seed) => ({ rows, dim, data: createRandom(seed).normal(rows * dim) })),
  );
});
afterAll(() => rm(folder, { recursive: true }));

test("Ctrl-C in the middle of the work ends it at once and leaves no file", async () => {
  const { ended, interrupt } = start("analyze", "large.npy", "--out", "report");
  await new Promise((resolve) => setTimeout(resolve, 4000));
  interrupt();
  expect(await ended).toEqual({ code: 130, out: "", err: "interrupted; nothing was written\n" });
  expect(await readdir(folder)).toEqual(["large.npy"]);
}, 30_000);

test("bad input: the message on stderr, nothing on stdout, code 2", async () => {
  expect(await start("inspect", "none.npy").ended).toEqual({
    code: 2,
    out: "",
    err: "error: openFile: `none.npy` must be a file that can be read, got nothing at that path. Check the path and its permissions.\n",
  });
});

test("without a terminal there is no progress bar", async () => {
  const { code, err } = await start("inspect", "large.npy").ended;
  expect([code, err]).toEqual([0, ""]);
});
