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
/** What takes longer, in seconds, is done once a turn. */
const long = 0.5;

/**
 * Times every case against the Python peer of that file and prints a table; says so when there is no peer. Times are medians, and the
 * ratio is that of a turn: the median of the turns, and in brackets the least and the greatest.
 */
export async function sideBySide(peer: string, cases: readonly Case[]): Promise<void> {
  console.log(`| what | ours, ms | peer, ms | peer / ours | finite: ours, peer |\n|---|---|---|---|---|`);
  for (const one of cases) console.log(await row(peer, one));
}

async function row(peer: string, { name, what, run }: Case): Promise<string> {
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  const first = await timed(run, 1);
  const repeats = first.seconds[0]! > long ? 1 : repeatsPerTurn;
  for (let turn = 0; turn < turns; turn++) {
    ours.push(await timed(run, repeats));
    const measured = peerTimes(peer, name, repeats);
    if (measured) theirs.push(measured);
  }
  const own = ms(medianSeconds(ours));
  if (theirs.length === 0)
    return `| ${what} | ${own} | no peer: its Python packages are not installed | – | ${share(ours)} |`;
  return `| ${what} | ${own} | ${ms(medianSeconds(theirs))} | ${ratio(ours, theirs)} | ${share(ours)}, ${share(theirs)} |`;
}

async function timed(run: Case["run"], repeats: number): Promise<Measured> {
  const seconds: number[] = [];
  let finite = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    finite = await run();
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds, finite };
}

function peerTimes(peer: string, name: string, repeats: number): Measured | undefined {
  const script = fileURLToPath(new URL(`../peers/${peer}`, import.meta.url));
  const { status, stdout } = spawnSync("/usr/bin/python3", [script, name, String(repeats)], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as Measured) : undefined;
}

function ratio(ours: readonly Measured[], theirs: readonly Measured[]): string {
  const ratios = theirs.map((peer, turn) => medianSeconds([peer]) / medianSeconds([ours[turn]!]));
  const ends = [Math.min(...ratios), Math.max(...ratios)].map((end) => end.toFixed(2));
  return `${median(ratios).toFixed(2)} (${ends.join("–")})`;
}

function medianSeconds(measured: readonly Measured[]): number {
  return median(measured.flatMap(({ seconds }) => seconds));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function ms(seconds: number): string {
  return (1000 * seconds).toFixed(1);
}

function share(measured: readonly Measured[]): string {
  return `${(100 * measured[0]!.finite).toFixed(0)} %`;
}
