import type { Format } from "../open-embeddings.ts";

/** By the four letters at its start. The reader and its libraries are loaded with the first file. */
export const parquetFormat: Format = {
  names: ["parquet"],
  recognise: (start) => (String.fromCharCode(...start.subarray(0, 4)) === "PAR1" ? "parquet" : undefined),
  open: async (source) => (await import("./open-parquet.ts")).openParquet(source),
};
