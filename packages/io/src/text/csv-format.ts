import type { Format } from "../open-embeddings.ts";
import { isText } from "./record-blocks.ts";

/** Comma- and tab-separated text, recognised by the name of the file. The reader and its library are loaded with the first file. */
export const csvFormat: Format = {
  names: ["csv", "tsv"],
  recognise: (start, name) => {
    const [, extension] = /\.(csv|tsv)$/i.exec(name) ?? [];
    return extension !== undefined && isText(start) ? (extension.toLowerCase() as "csv" | "tsv") : undefined;
  },
  open: async (source, format, options) =>
    (await import("./open-csv.ts")).openCsv(source, format as "csv" | "tsv", options),
};
