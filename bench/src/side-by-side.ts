// Two programs timed in one run, in turns, so that whatever else the machine does burdens both.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Case {
  /** Name of the case in the peer program. */
  readonly name: string;
  /** What is done once, in words. */
  readonly what: string;
  /** Does it once; returns the share of finite results. */
  readonly run: () => number | Promise<number>;
}

interface Measured {
  readonly seconds: readonly number[];
  readonly finite: number;
}

const turns = 5;
const repeatsPerTurn = 3;

/** Times every case against the Python peer of that file and prints a table; says so when there is no peer. */
export async function sideBySide(peer: string, cases: readonly Case[]): Promise<void> {
  console.log(`| what | ours, ms | peer, ms | peer / ours | finite: ours, peer |\n|---|---|---|---|---|`);
  for (const one of cases) console.log(await row(peer, one));
}

async function row(peer: string, { name, what, run }: Case): Promise<string> {
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  await run();
  for (let turn = 0; turn < turns; turn++) {
    ours.push(await timed(run));
    const measured = peerTimes(peer, name);
    if (measured) theirs.push(measured);
  }
  const own = median(ours);
  if (theirs.length === 0)
    return `| ${what} | ${ms(own)} | no peer: its Python packages are not installed | – | ${share(ours)} |`;
  return `| ${what} | ${ms(own)} | ${ms(median(theirs))} | ${(median(theirs) / own).toFixed(2)} | ${share(ours)}, ${share(theirs)} |`;
}

async function timed(run: Case["run"]): Promise<Measured> {
  const seconds: number[] = [];
  let finite = 0;
  for (let repeat = 0; repeat < repeatsPerTurn; repeat++) {
    const start = performance.now();
    finite = await run();
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds, finite };
}

function peerTimes(peer: string, name: string): Measured | undefined {
  const script = fileURLToPath(new URL(`../peers/${peer}`, import.meta.url));
  const { status, stdout } = spawnSync("/usr/bin/python3", [script, name, String(repeatsPerTurn)], {
    encoding: "utf8",
  });
  return status === 0 ? (JSON.parse(stdout) as Measured) : undefined;
}

function median(measured: readonly Measured[]): number {
  const sorted = measured.flatMap(({ seconds }) => seconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function ms(seconds: number): string {
  return (1000 * seconds).toFixed(1);
}

function share(measured: readonly Measured[]): string {
  return `${(100 * measured[0]!.finite).toFixed(0)} %`;
}
