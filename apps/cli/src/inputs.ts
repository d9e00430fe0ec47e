// From the words on the command line to two modalities: which file, which matrix in it, called what.

import { existsSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import {
  describeMatrix,
  loadRows,
  type NamedMatrix,
  type NamedVector,
  type OpenEmbeddingsOptions,
  selectMatrix,
} from "@nce-geometry/io";
import { type EmbeddingFile, openEmbeddingFile, sha256OfFile } from "@nce-geometry/io/node";
import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { InputError, isInputError, type RowMatrix, type RowSource } from "@nce-geometry/tensor";
import type { ReportInput } from "./report/report.ts";

export interface Modality {
  readonly source: RowSource;
  readonly input: ReportInput;
  /** Columns beside the matrices of its file. */
  readonly vectors: readonly NamedVector[];
}
export interface OpenPair extends AsyncDisposable {
  readonly x: Modality;
  readonly y: Modality;
}

/** A file, and the matrix in it that was asked for. */
interface Named {
  readonly path: string;
  readonly matrix: string | undefined;
}

export interface OpenPairOptions {
  /** What to call the two. @defaultValue by file and matrix */
  readonly names?: readonly string[] | undefined;
  /** Whether a map tells the item of each row of the second: then their numbers may differ. @defaultValue false */
  readonly mapped?: boolean;
  readonly read?: Pick<OpenEmbeddingsOptions, "format" | "dim">;
}

/** Opens two files, or one that holds two matrices; `FILE#NAME` names a matrix. The caller disposes it, which closes the files. */
export async function openPair(
  first: string,
  second: string | undefined,
  { names, mapped = false, read }: OpenPairOptions = {},
): Promise<OpenPair> {
  const files: EmbeddingFile[] = [];
  const open = async (path: string): Promise<EmbeddingFile> => {
    const file = await openEmbeddingFile(path, read);
    files.push(file);
    return file;
  };
  const close = async (): Promise<void> => {
    for (const file of files) await file.close();
  };
  try {
    const [a, b] =
      second === undefined ? both(first, await open(first)) : [await one(first, open), await one(second, open)];
    assertPaired(a.matrix, b.matrix, [first, second ?? first], mapped);
    const fallback = defaultNames(first, second, [a.matrix, b.matrix]);
    return {
      x: await modality(a, names?.[0] ?? fallback[0]),
      y: await modality(b, names?.[1] ?? fallback[1]),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface OpenCloud extends AsyncDisposable {
  readonly x: Modality;
}

/** What stands on the command line: a pair, or one matrix alone, which is a file that holds no other or `FILE#NAME`. */
export async function openSubject(
  first: string,
  second: string | undefined,
  options: OpenPairOptions = {},
): Promise<OpenPair | OpenCloud> {
  if (second !== undefined) return openPair(first, second, options);
  const { path, matrix } = parseNamed(first);
  const file = await openEmbeddingFile(path, options.read);
  try {
    if (matrix === undefined && file.matrices.length !== 1) {
      await file.close();
      return await openPair(first, undefined, options);
    }
    const found = { path, file, matrix: selectMatrix(file, matrix) };
    const rows = found.matrix.rows;
    if (rows < 2) {
      const hint = "A single row has nothing to be compared with.";
      refuse(first, "of at least 2 rows", `shape (${rows}, ${found.matrix.dim})`, hint);
    }
    const stem = basename(path, extname(path));
    const inFile = matrix === undefined ? stem : /^\d+$/.test(matrix) ? `${stem}[${matrix}]` : matrix;
    const name = options.names?.[0] ?? inFile;
    return { x: await modality(found, name), [Symbol.asyncDispose]: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function refuse(argument: string, expected: string, received: string, hint: string): never {
  throw new InputError({ code: "E_SHAPE", where: "analyze", argument, expected, received, hint });
}

/** `clip.npz#image` → the file and the name, unless there is a file of that whole name. */
export function parseNamed(word: string): Named {
  const at = word.lastIndexOf("#");
  if (at < 1 || existsSync(word)) return { path: word, matrix: undefined };
  return { path: word.slice(0, at), matrix: word.slice(at + 1) };
}

interface Found {
  readonly path: string;
  readonly file: EmbeddingFile;
  readonly matrix: NamedMatrix;
}

async function one(word: string, open: (path: string) => Promise<EmbeddingFile>): Promise<Found> {
  const named = parseNamed(word);
  const file = await open(named.path);
  return { path: named.path, file, matrix: selectMatrix(file, named.matrix) };
}

function both(path: string, file: EmbeddingFile): readonly [Found, Found] {
  const [x, y, ...more] = file.matrices;
  if (x && y && more.length === 0)
    return [
      { path, file, matrix: x },
      { path, file, matrix: y },
    ];
  throw new InputError({
    code: "E_SHAPE",
    where: "analyze",
    argument: "X",
    expected: "a file of two matrices when it stands alone",
    received: `${path} with ${file.matrices.map(describeMatrix).join("; ") || "no matrix"}`,
    hint:
      x && y
        ? `Name two of them: ${path}#${x.name} ${path}#${y.name}.`
        : "Name the file of the other modality as well.",
  });
}

function assertPaired(x: RowSource, y: RowSource, [first, second]: readonly [string, string], mapped: boolean): void {
  const shape = ({ rows, dim }: RowSource): string => `shape (${rows}, ${dim})`;
  if (x.dim !== y.dim) {
    refuse(
      second,
      `of dimension ${x.dim}, as ${first} is`,
      shape(y),
      "Both modalities must come from one embedding space.",
    );
  }
  if (x.rows !== y.rows && !mapped) {
    const hint =
      "Row i of one file is the match of row i of the other; say with --map which item each caption belongs to.";
    refuse(second, `of ${x.rows} rows, as ${first} is`, shape(y), hint);
  }
  if (x.rows < 2) refuse(first, "of at least 2 rows", shape(x), "A single pair has nothing to be compared with.");
}

/** What to do about a row that cannot be used, here where whole files are given. */
const rowHints: Readonly<Record<string, string>> = {
  E_NOT_FINITE: "Remove the row and its match, or compute the embedding again.",
  E_ZERO_ROW: "A zero row has no direction: remove it and its match, or compute the embedding again.",
};

async function modality({ path, file, matrix }: Found, name: string): Promise<Modality> {
  const { rows, dim, dtype } = matrix;
  return {
    source: matrix,
    vectors: file.vectors,
    input: {
      name,
      file: basename(path),
      format: file.format,
      matrix: file.matrices.length === 1 ? null : matrix.name,
      sha256: await fingerprintOf(path),
      bytes: file.bytes,
      dtype,
      rows,
      dim,
    },
  };
}

/** SHA-256 of a file; of an ingested folder that of its manifest, which holds those of all shards. */
export function fingerprintOf(path: string): Promise<string> {
  return sha256OfFile(statSync(path).isDirectory() ? join(path, "manifest.json") : path);
}

/** `images.npy texts.npy` → images, texts; one `clip.npz` → its matrices; one stacked `clip.npy` → clip[0], clip[1]. */
function defaultNames(
  first: string,
  second: string | undefined,
  matrices: readonly [NamedMatrix, NamedMatrix],
): readonly [string, string] {
  const stem = (word: string): string => {
    const { path, matrix } = parseNamed(word);
    return matrix ?? basename(path, extname(path));
  };
  if (second === undefined) {
    const inFile = (matrix: NamedMatrix): string =>
      /^\d+$/.test(matrix.name) ? `${stem(first)}[${matrix.name}]` : matrix.name;
    return [inFile(matrices[0]), inFile(matrices[1])];
  }
  return stem(first) === stem(second) ? ["first", "second"] : [stem(first), stem(second)];
}

/** All rows of a modality in float64, scaled to unit length. Throws the error of its first bad row, naming the file. */
export async function loadUnitRows({ source, input }: Modality): Promise<RowMatrix> {
  try {
    return normalizeRowMatrix(await loadRows(source));
  } catch (error) {
    if (!isInputError(error)) throw error;
    const { code, expected, received } = error;
    const hint = rowHints[code] ?? error.hint;
    const file = input.matrix === null ? input.file : `${input.file}[${input.matrix}]`;
    throw new InputError({ code, where: "analyze", argument: file, expected, received, hint }, { cause: error });
  }
}
