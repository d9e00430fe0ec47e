import { InputError } from "@nce-geometry/tensor";
import {
  type EmbeddingContents,
  type EncodeEmbeddingsOptions,
  encodeEmbeddings,
  type WrittenFormat,
} from "../write/encode-embeddings.ts";
import { writeFileAtomic } from "./write-file-atomic.ts";

export interface WriteEmbeddingFileOptions extends EncodeEmbeddingsOptions {
  /** @defaultValue by the extension of the path: .npy, .npz, .safetensors, .parquet, .csv, .tsv, .jsonl or .ndjson, .f32 or .raw */
  readonly format?: WrittenFormat;
}

const extensions: Readonly<Record<string, WrittenFormat>> = {
  npy: "npy",
  npz: "npz",
  safetensors: "safetensors",
  parquet: "parquet",
  csv: "csv",
  tsv: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  f32: "raw",
  raw: "raw",
};

/**
 * Writes matrices and columns into a file that is complete or not there.
 *
 * Throws: as `encodeEmbeddings` and `writeFileAtomic`; InputError E_OPTION for an extension that names no format.
 */
export async function writeEmbeddingFile(
  path: string,
  contents: EmbeddingContents,
  options: WriteEmbeddingFileOptions = {},
): Promise<void> {
  const { format = formatOfPath(path), ...encoding } = options;
  await writeFileAtomic(path, encodeEmbeddings(format, contents, encoding), { signal: options.signal });
}

/** The format that the extension of a path names. Throws InputError E_OPTION when it names none. */
export function formatOfPath(path: string): WrittenFormat {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(extensions, extension)) return extensions[extension]!;
  const known = Object.keys(extensions).map((name) => `.${name}`);
  throw new InputError({
    code: "E_OPTION",
    where: "writeEmbeddingFile",
    argument: path,
    expected: `named after a format: ${known.join(", ")}`,
    received: extension === "" ? "a name without extension" : `.${extension}`,
    hint: "Rename it, or say { format }.",
  });
}
