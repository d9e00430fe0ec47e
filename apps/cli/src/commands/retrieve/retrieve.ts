// retrieve X Y: the nearest rows of the other modality for each query, with or without a cure of hubs.

import { type Cure, defaultCures } from "@nce-geometry/diagnostics";
import type { NamedVector } from "@nce-geometry/io";
import { selectMatrix } from "@nce-geometry/io";
import { openEmbeddingFile, writeFileAtomic } from "@nce-geometry/io/node";
import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, type RowSource } from "@nce-geometry/tensor";
import { type Command, InvalidArgumentError, Option } from "commander";
import { loadCaptionMap } from "../../caption-map.ts";
import { type ExitCode, exitCode } from "../../exit-code.ts";
import { loadUnitRows, type Modality, openPair, parseNamed } from "../../inputs.ts";
import { addReadOptions, type ReadOptions, readOptions } from "../../read-options.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { type Judgement, judgeLists, judgementLines } from "./known-matches.ts";
import { halvesOf, neighbourLists } from "./lists.ts";

import { type ListFormat, listText } from "./write-lists.ts";

interface RetrieveOptions extends ReadOptions {
  readonly map?: string;
  readonly queries?: string;
  readonly from: "x" | "y";
  readonly top: number;
  readonly cure?: Cure["kind"];
  readonly bank?: string;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

const notes = `
Without --queries every row of X (with --from y: of Y) is a query, searched for among the rows of the other. Recall is told where the matches are
known: by --map, or by the row order where both have as many rows.

A line of the lists: {"query": 0, "results": [{"rank": 1, "row": 17, "score": 0.31}, …]}; rows are counted from 0, and ids are added where the file
has a column of them. Scores are cosines; those of a cure compare within one list only.

A cure takes the popularity of candidates off their scores. It learns it from a bank of queries: --bank, or X where --queries are new, or else one half
of the queries for the other. Its recall is judged apart from the lists, on candidates that no row of the bank answers.

Examples:
  nce-geometry retrieve images.npy captions.npy --map map.json --top 5 --out lists.jsonl
  nce-geometry retrieve images.npy captions.npy --queries new.npy --cure csls --out lists.csv`;

/** Adds the command. */
export function addRetrieveCommand(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  addReadOptions(program.command("retrieve"))
    .description("write the nearest rows of the other modality for each query, and the recall where matches are known")
    .argument("<x>", "the first modality, or both in one file")
    .argument("[y]", "the second modality")
    .option("--map <file>", "item (row of x) of each row of y, when items have several captions")
    .option("--queries <file>", "new rows to search with, of the kind that --from says")
    .addOption(new Option("--from <x|y>", "which of the two asks").choices(["x", "y"]).default("x"))
    .option("--top <k>", "results of each query", count, 10)
    .addOption(
      new Option("--cure <kind>", "take the popularity of candidates off").choices(
        defaultCures.map(({ kind }) => kind),
      ),
    )
    .option("--bank <file>", "queries that tell how popular candidates are")
    .option("--seed <seed>", "seed of everything random", (text) => count(text, 0, 0), 0)
    .option("--out <file>", "a .jsonl or .csv file for the lists (default: JSON lines on stdout)")
    .option("--json", "print what is known about the lists as JSON; with --out")
    .addHelpText("after", notes)
    .action(async (x: string, y: string | undefined, options: RetrieveOptions) =>
      finish(await retrieve(x, y, options, terminal)),
    );
}

async function retrieve(
  first: string,
  second: string | undefined,
  options: RetrieveOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const format = formatOf(options);
  const read = readOptions(options);
  // Rows of different numbers are no obstacle to a search.
  await using pair = await openPair(first, second, { mapped: true, read });
  const [asking, asked] = options.from === "x" ? [pair.x, pair.y] : [pair.y, pair.x];
  const map = options.map
    ? await loadCaptionMap(options.map, { items: pair.x.source.rows, captions: pair.y.source.rows })
    : undefined;
  const bar = terminal.progressBar();
  try {
    const control = { signal: terminal.signal, onProgress: bar.onProgress };
    const candidates = await loadUnitRows(asked);
    const cure = options.cure === undefined ? undefined : ({ kind: options.cure } as Cure);
    await using queries = await openQueries(options.queries, asking, read);
    assertDimension(options.queries ?? first, queries.source, candidates);
    const bankFor = cure && (await bankOf(options, cure, asking, read));
    const lists = neighbourLists(queries.source, candidates, {
      top: options.top,
      ...(cure && { cure }),
      ...(bankFor && { bankFor }),
      ...control,
    });
    const names = {
      queries: await idsOf(queries.vectors, queries.source.rows),
      candidates: await idsOf(asked.vectors, candidates.rows),
    };
    await write(listText(lists, format, names), options.out, terminal);
    const isKnown = map !== undefined || pair.x.source.rows === pair.y.source.rows;
    const judgement =
      options.queries === undefined && isKnown
        ? await judgeLists(await loadUnitRows(pair.x), await loadUnitRows(pair.y), {
            map,
            direction: options.from === "x" ? "xToY" : "yToX",
            top: options.top,
            seed: options.seed,
            cure,
            ...control,
          })
        : undefined;
    bar.stop();
    const written = { lists: queries.source.rows, top: Math.min(options.top, candidates.rows) };
    report(judgement, written, options, terminal);
    return exitCode.ok;
  } finally {
    bar.stop();
  }
}

interface Written {
  readonly lists: number;
  readonly top: number;
}

/** What is known goes to stdout, unless the lists do. */
function report(judgement: Judgement | undefined, written: Written, options: RetrieveOptions, terminal: Terminal) {
  const { out, json } = options;
  if (json) {
    terminal.print(`${JSON.stringify({ file: out, ...written, judgement: judgement ?? null }, null, 2)}\n`);
    return;
  }
  const lines = judgement ? judgementLines(judgement) : [];
  (out === undefined ? terminal.error : terminal.print)(lines.map((line) => `${line}\n`).join(""));
  if (out !== undefined) terminal.print(`${out}: ${written.lists} lists of ${written.top}\n`);
}

async function write(text: AsyncIterable<string>, out: string | undefined, terminal: Terminal): Promise<void> {
  if (out === undefined) {
    for await (const chunk of text) terminal.print(chunk);
    return;
  }
  await writeFileAtomic(out, encoded(text), { signal: terminal.signal });
}

async function* encoded(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of text) yield encoder.encode(chunk);
}

type Queries = Pick<Modality, "source" | "vectors"> & AsyncDisposable;

async function openQueries(
  word: string | undefined,
  asking: Modality,
  read: ReturnType<typeof readOptions>,
): Promise<Queries> {
  if (word === undefined) return { ...asking, [Symbol.asyncDispose]: async () => {} };
  const { path, matrix } = parseNamed(word);
  const file = await openEmbeddingFile(path, read);
  try {
    const source = selectMatrix(file, matrix);
    return { source, vectors: file.vectors, [Symbol.asyncDispose]: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function bankOf(
  { bank, queries }: RetrieveOptions,
  { kind }: Cure,
  asking: Modality,
  read: ReturnType<typeof readOptions>,
): Promise<((from: number, to: number) => RowMatrix) | undefined> {
  if (kind === "dualSoftmax") return undefined;
  if (bank !== undefined) {
    await using file = await openQueries(bank, asking, read);
    const { rows, dim } = file.source;
    const data = Float64Array.from(await file.source.read(0, rows));
    const unit = normalizeRowMatrix({ rows, dim, data });
    return () => unit;
  }
  const own = await loadUnitRows(asking);
  return queries === undefined ? halvesOf(own) : () => own;
}

/** The column of names of as many rows: one called id, or the only one of text. */
async function idsOf(vectors: readonly NamedVector[], rows: number): Promise<readonly string[] | undefined> {
  const fitting = vectors.filter(({ length }) => length === rows);
  const texts = fitting.filter(({ kind }) => kind === "string");
  const ids =
    fitting.find(({ name }) => /^(id|ids|key|name)$/i.test(name)) ?? (texts.length === 1 ? texts[0] : undefined);
  return ids && Array.from(await ids.read(), String);
}

function assertDimension(argument: string, queries: RowSource, { dim }: RowMatrix): void {
  if (queries.dim === dim) return;
  const expected = `of dimension ${dim}, as the rows searched are`;
  const received = `shape (${queries.rows}, ${queries.dim})`;
  throw new InputError({ code: "E_SHAPE", where: "retrieve", argument, expected, received });
}

function formatOf({ out, json }: RetrieveOptions): ListFormat {
  const refused = (expected: string, received: string): InputError =>
    new InputError({ code: "E_OPTION", where: "retrieve", argument: "--out", expected, received });
  if (out === undefined && json) throw refused("the file for the lists where --json takes stdout", "none");
  if (out === undefined || out.endsWith(".jsonl")) return "jsonl";
  if (out.endsWith(".csv")) return "csv";
  throw refused("a name that ends in .jsonl or .csv", out);
}

function count(text: string, _previous?: number, least = 1): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)) || Number(text) < least)
    throw new InvalidArgumentError(`It must be a whole number >= ${least}.`);
  return Number(text);
}
