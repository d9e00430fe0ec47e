// From bytes to matrices: which reader, by content; by the name only where content cannot tell.

import { InputError, type RunControl } from "@nce-geometry/tensor";
import { arrowFormat } from "./arrow/arrow-format.ts";
import type { ByteSource } from "./byte-source.ts";
import type { Embeddings, FormatName } from "./embeddings.ts";
import { recogniseForeignFormat } from "./foreign-format.ts";
import { npyFormat } from "./npy/npy-format.ts";
import { parquetFormat } from "./parquet/parquet-format.ts";
import { rawFormat } from "./raw/raw-format.ts";
import { safetensorsFormat } from "./safetensors/safetensors-format.ts";
import { csvFormat } from "./text/csv-format.ts";
import { jsonFormat } from "./text/json-format.ts";
import { jsonlFormat } from "./text/jsonl-format.ts";
import { zipFormat } from "./zip/zip-format.ts";

export interface OpenEmbeddingsOptions extends RunControl {
  /** Read as this format, whatever the content looks like. @defaultValue recognised by content */
  readonly format?: FormatName;
  /** Numbers per row, for `raw` files only, which do not say. */
  readonly dim?: number;
}

/** A reader of one format. */
export interface Format {
  readonly names: readonly FormatName[];
  /** Which of its formats the file is, from its first bytes (at most 512) and its name; undefined when it is none. */
  recognise(start: Uint8Array, name: string): FormatName | undefined;
  open(source: ByteSource, format: FormatName, options: OpenEmbeddingsOptions): Promise<Embeddings>;
}

/** In the order in which they are asked; readers that go by the name come last. */
const formats: readonly Format[] = [
  npyFormat,
  zipFormat,
  safetensorsFormat,
  parquetFormat,
  arrowFormat,
  csvFormat,
  jsonlFormat,
  jsonFormat,
  rawFormat,
];

/** First bytes that formats are recognised by. */
const startLength = 512;

/**
 * Opens a file of embeddings by its content.
 *
 * Reads what tells the shapes; rows are read when asked for. Nothing in a file is ever executed.
 * Throws: InputError E_FILE (empty), E_FORMAT (not read here, with the line of Python that converts it; malformed, naming the
 * place), E_SHAPE, E_OPTION (an unknown format).
 */
export async function openEmbeddings(source: ByteSource, options: OpenEmbeddingsOptions = {}): Promise<Embeddings> {
  const { name, size } = source;
  if (size === 0)
    throw refused(
      "E_FILE",
      name,
      "an empty file",
      "Save the embeddings again; writing them may have been interrupted.",
    );
  const start = await source.read(0, Math.min(startLength, size));
  const { format, found } = options.format === undefined ? recognise(start, name) : formatNamed(options.format);
  const embeddings = await format.open(source, found, options);
  assertDistinct(embeddings.source, embeddings.matrices);
  assertDistinct(embeddings.source, embeddings.vectors);
  return embeddings;
}

interface Recognised {
  readonly format: Format;
  readonly found: FormatName;
}

function recognise(start: Uint8Array, name: string): Recognised {
  for (const format of formats) {
    const found = format.recognise(start, name);
    if (found !== undefined) return { format, found };
  }
  const foreign = recogniseForeignFormat(start);
  const hint =
    foreign?.hint ??
    'Text is known by its name (.csv, .tsv, .jsonl, .json); of raw float32, say { format: "raw", dim }.';
  throw refused("E_FORMAT", name, foreign?.name ?? "a file of another kind", hint);
}

/** Two of one name could not be told apart. */
function assertDistinct(file: string, named: readonly { readonly name: string }[]): void {
  const names = new Set<string>();
  for (const { name } of named) {
    if (names.has(name)) throw refused("E_FORMAT", file, `one in which ${JSON.stringify(name)} is there twice`);
    names.add(name);
  }
}

function formatNamed(name: FormatName): Recognised {
  const format = formats.find(({ names }) => names.includes(name));
  if (format) return { format, found: name };
  const known = formats.flatMap(({ names }) => names).join(", ");
  throw new InputError({
    code: "E_OPTION",
    where: "openEmbeddings",
    argument: "format",
    expected: `one of ${known}`,
    received: JSON.stringify(name),
  });
}

function refused(code: "E_FILE" | "E_FORMAT", path: string, received: string, hint?: string): InputError {
  const expected = "a file of embeddings";
  return new InputError({ code, where: "openEmbeddings", argument: path, expected, received, hint });
}
