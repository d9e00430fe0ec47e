// From the words on the command line to two modalities: which file, which matrix in it, called what.

import { basename, extname } from "node:path";
import { loadRows } from "@nce-geometry/io";
import { type EmbeddingFile, openEmbeddingFile, sha256OfFile } from "@nce-geometry/io/node";
import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { InputError, isInputError, type RowMatrix, type RowSource } from "@nce-geometry/tensor";
import type { ReportInput } from "./report/report.ts";

export interface Modality {
  readonly source: RowSource;
  readonly input: ReportInput;
}
export interface OpenPair extends AsyncDisposable {
  readonly x: Modality;
  readonly y: Modality;
}

/** Opens two files of shape (n, d), or one stacked file (2, n, d). The caller disposes it, which closes the files. */
export async function openPair(
  first: string,
  second: string | undefined,
  names: readonly string[] | undefined,
): Promise<OpenPair> {
  const a = await openEmbeddingFile(first);
  let b = a;
  const close = async (): Promise<void> => {
    await a.close();
    if (b !== a) await b.close();
  };
  try {
    if (second !== undefined) b = await openEmbeddingFile(second);
    const [x, y] = second === undefined ? stacked(first, a) : [only("X", first, a), only("Y", second, b)];
    assertPaired(x, y, [first, second ?? first]);
    const fallback = defaultNames(first, second);
    return {
      x: await modality(first, a, x, second === undefined ? 0 : null, names?.[0] ?? fallback[0]),
      y: await modality(second ?? first, b, y, second === undefined ? 1 : null, names?.[1] ?? fallback[1]),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function assertPaired(x: RowSource, y: RowSource, [first, second]: readonly [string, string]): void {
  const refuse = (argument: string, expected: string, received: string, hint: string): never => {
    throw new InputError({ code: "E_SHAPE", where: "analyze", argument, expected, received, hint });
  };
  const shape = ({ rows, dim }: RowSource): string => `shape (${rows}, ${dim})`;
  if (x.dim !== y.dim) {
    refuse(
      second,
      `of dimension ${x.dim}, as ${first} is`,
      shape(y),
      "Both modalities must come from one embedding space.",
    );
  }
  if (x.rows !== y.rows) {
    const hint = "Row i of one file is the match of row i of the other; repeat a row that has several matches.";
    refuse(second, `of ${x.rows} rows, as ${first} is`, shape(y), hint);
  }
  if (x.rows < 2) refuse(first, "of at least 2 rows", shape(x), "A single pair has nothing to be compared with.");
}

/** What to do about a row that cannot be used, here where whole files are given. */
const rowHints: Readonly<Record<string, string>> = {
  E_NOT_FINITE: "Remove the row and its match, or compute the embedding again.",
  E_ZERO_ROW: "A zero row has no direction: remove it and its match, or compute the embedding again.",
};

function stacked(path: string, file: EmbeddingFile): readonly [RowSource, RowSource] {
  const [x, y, ...more] = file.matrices();
  if (x && y && more.length === 0) return [x, y];
  throw new InputError({
    code: "E_SHAPE",
    where: "analyze",
    argument: "X",
    expected: "one stacked file of shape (2, n, d) when it stands alone",
    received: `shape (${file.shape.join(", ")}) in ${path}`,
    hint:
      more.length > 0
        ? "Save the two modalities to compare in a file of their own."
        : "Name the file of the other modality as well.",
  });
}

function only(argument: "X" | "Y", path: string, file: EmbeddingFile): RowSource {
  const [matrix, ...more] = file.matrices();
  if (matrix && more.length === 0) return matrix;
  throw new InputError({
    code: "E_SHAPE",
    where: "analyze",
    argument,
    expected: "of shape (n, d) when there are two files",
    received: `shape (${file.shape.join(", ")}) in ${path}`,
    hint: "Leave the second file out to compare the two matrices of a stacked file.",
  });
}

async function modality(
  path: string,
  file: EmbeddingFile,
  source: RowSource,
  matrix: number | null,
  name: string,
): Promise<Modality> {
  const { rows, dim, dtype } = source;
  return {
    source,
    input: {
      name,
      file: basename(path),
      matrix,
      sha256: await sha256OfFile(path),
      bytes: file.bytes,
      dtype,
      rows,
      dim,
    },
  };
}

/** `images.npy texts.npy` → images, texts; one stacked `clip.npy` → clip[0], clip[1]. */
function defaultNames(first: string, second: string | undefined): readonly [string, string] {
  const stem = (path: string): string => basename(path, extname(path));
  if (second === undefined) return [`${stem(first)}[0]`, `${stem(first)}[1]`];
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
