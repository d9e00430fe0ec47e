// generate KIND: synthetic data as .npy files, with what is known of them beside.

import { basename, dirname, join } from "node:path";
import { encodeNpy } from "@nce-geometry/io";
import { writeFilesAtomic } from "@nce-geometry/io/node";
import {
  type Generated,
  type GeneratorInfo,
  type GeneratorOptions,
  generate,
  generators,
  type OptionInfo,
} from "@nce-geometry/synthetic";
import { type CancelSignal, createRandom, InputError, type RowMatrix } from "@nce-geometry/tensor";
import type { Command } from "commander";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { assertWritableFolder, makeFolder } from "../output.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";

/** Options as they stand on the command line, by their names in camel case. */
type Words = Readonly<Record<string, string | undefined>>;

const notes = `
--out DIR writes x.npy, for pairs also y.npy, whatever else the kind makes, and truth.json: seed, options, and all that is
known of the data. --out FILE.npy writes x, or x and y stacked (2, n, d), and FILE.truth.json beside it.
The same seed and options give the same bytes. "nce-geometry generate KIND --help" tells the options of a kind.`;

/** Adds the command, with a subcommand for each kind. */
export function addGenerateCommand(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("generate")
    .description("make synthetic data of some kind together with what is known of them")
    .argument("[kind]")
    .option("--list", "list the kinds, one line each")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", notes)
    .action((kind: string | undefined) => {
      if (kind !== undefined) throw unknownKind(kind);
      terminal.print(generators.map(({ kind, description }) => `${kind.padEnd(22)} ${description}\n`).join(""));
      finish(exitCode.ok);
    });
  for (const info of generators) {
    addKind(command, info).action(async (words: Words) => finish(await generateKind(info, words, terminal)));
  }
}

function addKind(command: Command, { kind, description, size, dim, options }: GeneratorInfo): Command {
  const sub = command.command(kind).description(description);
  if (dashed(kind) !== kind) sub.alias(dashed(kind));
  sub.requiredOption("--out <path>", "a folder, or a .npy file");
  sub.option(`--${size.name} <n>`, `how many ${size.name} (default: ${size.usual})`);
  if (dim !== null) sub.option("--dim <d>", `dimension (default: ${dim})`);
  sub.option("--seed <seed>", "seed of everything random (default: 0)");
  sub.option("--dtype <type>", "how numbers are stored: float16, float32 or float64 (default: float64)");
  for (const [name, { form, text }] of Object.entries(options)) {
    sub.option(`--${dashed(name)} <${form === "numbers" ? "a,b,…" : form}>`, text);
  }
  return sub;
}

async function generateKind(info: GeneratorInfo, words: Words, terminal: Terminal): Promise<ExitCode> {
  const place = placeOf(words.out!);
  const seed = words.seed === undefined ? 0 : numberOf("--seed", words.seed);
  const options = optionsOf(info, words);
  const generated = generate(createRandom(seed), options);
  const matrices = place.file === undefined ? generated.matrices : { [place.file]: onlyFile(info, generated) };
  const contents: FileContent[] = [];
  for (const [name, rows] of Object.entries(matrices)) {
    // All bytes before any file, so that rows which cannot be stored leave no trace.
    const control = { dtype: words.dtype, signal: terminal.signal };
    contents.push(await matrixFile({ name, file: place.nameOf(name, "npy") }, rows, control));
  }
  for (const [name, values] of Object.entries(generated.indices)) {
    const content = `${JSON.stringify([...values])}\n`;
    contents.push({ name, file: place.nameOf(name, "json"), shape: [values.length], content });
  }
  const record = {
    schema: "nce-geometry/truth@1",
    generator: { name: "nce-geometry", version },
    seed,
    options,
    files: Object.fromEntries(contents.map(({ name, file, shape }) => [name, { file, shape }])),
    truth: generated.truth,
  };
  const truth = { file: place.nameOf("truth", "json"), content: `${JSON.stringify(record, null, 2)}\n` };
  const files = [...contents, truth].map(({ file, content }) => [join(place.folder, file), content]);
  await assertWritableFolder(place.folder);
  await makeFolder(place.folder);
  await writeFilesAtomic(Object.fromEntries(files), { signal: terminal.signal });
  const names = [...contents, truth].map(({ file }) => file).join(", ");
  terminal.print(`${info.kind} with seed ${seed}: ${names} in ${place.folder}\n`);
  return exitCode.ok;
}

interface Place {
  readonly folder: string;
  /** The stem of the one .npy file, where there is to be one only. */
  readonly file?: string;
  readonly nameOf: (name: string, extension: "npy" | "json") => string;
}

function placeOf(out: string): Place {
  if (!out.endsWith(".npy")) return { folder: out, nameOf: (name, extension) => `${name}.${extension}` };
  const stem = basename(out, ".npy");
  return {
    folder: dirname(out),
    file: stem,
    nameOf: (name, extension) => (extension === "npy" ? `${stem}.npy` : `${stem}.${name}.json`),
  };
}

/** x alone, or x and y to be stacked. */
function onlyFile({ kind }: GeneratorInfo, { matrices: { x, y } }: Generated): RowMatrix | readonly RowMatrix[] {
  if (y === undefined) return x!;
  if (x!.rows === y.rows && x!.dim === y.dim) return [x!, y];
  throw new InputError({
    code: "E_SHAPE",
    where: "generate",
    argument: "--out",
    expected: `a folder for ${kind}`,
    received: "a .npy file",
    hint: `x of shape (${x!.rows}, ${x!.dim}) and y of shape (${y.rows}, ${y.dim}) cannot be stacked.`,
  });
}

interface NamedFile {
  readonly name: string;
  readonly file: string;
}

interface FileContent extends NamedFile {
  readonly shape: readonly number[];
  readonly content: string | Uint8Array;
}

async function matrixFile(
  named: NamedFile,
  rows: RowMatrix | readonly RowMatrix[],
  { dtype = "float64", signal }: { readonly dtype: string | undefined; readonly signal: CancelSignal },
): Promise<FileContent> {
  const stack = Array.isArray(rows) ? (rows as readonly RowMatrix[]) : undefined;
  const first = stack?.[0] ?? (rows as RowMatrix);
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeNpy(rows, { dtype: dtype as "float64", signal })) chunks.push(chunk);
  const shape = [...(stack ? [stack.length] : []), first.rows, first.dim];
  return { ...named, shape, content: Buffer.concat(chunks) };
}

function optionsOf({ kind, size, dim, options }: GeneratorInfo, words: Words): GeneratorOptions {
  const usual = { [size.name]: size.usual, ...(dim !== null && { dim }) };
  const forms = {
    ...Object.fromEntries(Object.keys(usual).map((name) => [name, "number" as const])),
    ...formsOf(options),
  };
  const given = Object.entries(forms).flatMap(([name, form]) => {
    const word = words[name];
    return word === undefined ? [] : [[name, parsed(`--${dashed(name)}`, form, word)]];
  });
  return { kind, ...usual, ...Object.fromEntries(given) } as GeneratorOptions;
}

function formsOf(options: GeneratorInfo["options"]): Record<string, OptionInfo["form"]> {
  return Object.fromEntries(Object.entries(options).map(([name, { form }]) => [name, form]));
}

function parsed(flag: string, form: OptionInfo["form"], word: string): unknown {
  if (form === "number") return numberOf(flag, word);
  if (form === "numbers") return word.split(",").map((part) => numberOf(flag, part, "numbers separated by commas"));
  if (form === "word") return word;
  try {
    return JSON.parse(word);
  } catch (error) {
    throw badWord(flag, "JSON", word, error);
  }
}

function numberOf(flag: string, word: string, expected = "a number"): number {
  const value = word.trim() === "" ? Number.NaN : Number(word);
  if (Number.isFinite(value)) return value;
  throw badWord(flag, expected, word);
}

function badWord(argument: string, expected: string, word: string, cause?: unknown): InputError {
  const received = JSON.stringify(word);
  return new InputError({ code: "E_OPTION", where: "generate", argument, expected, received }, { cause });
}

function unknownKind(kind: string): InputError {
  const expected = `one of ${generators.map((info) => info.kind).join(", ")}`;
  const received = JSON.stringify(kind);
  const hint = '"nce-geometry generate --list" tells what they are.';
  return new InputError({ code: "E_OPTION", where: "generate", argument: "KIND", expected, received, hint });
}

/** `vonMisesFisherPair` → `von-mises-fisher-pair`. */
function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
