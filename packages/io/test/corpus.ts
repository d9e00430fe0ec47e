// Small valid files of every format, to be damaged.

import { readdirSync, readFileSync } from "node:fs";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { encodeEmbeddings, type OpenEmbeddingsOptions, type WrittenFormat } from "../src/index.ts";

export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly options: OpenEmbeddingsOptions;
}

const fixtures = new URL("./fixtures/", import.meta.url);
const notInputs = /\.(py|mjs|json|md|lz4)$/;
const jsonInputs = ["columns.json", "list.json", "records.json", "response.json"];
const text = (name: string, content: string): CorpusFile => ({
  name,
  bytes: new TextEncoder().encode(content),
  options: {},
});

function inFolder(folder: string): CorpusFile[] {
  return readdirSync(new URL(folder, fixtures), { withFileTypes: true })
    .filter((entry) => entry.isFile() && (!notInputs.test(entry.name) || jsonInputs.includes(entry.name)))
    .map(({ name }) => ({ name, bytes: new Uint8Array(readFileSync(new URL(folder + name, fixtures))), options: {} }));
}

async function written(format: WrittenFormat, name: string, options: OpenEmbeddingsOptions = {}): Promise<CorpusFile> {
  const rows = (seed: number): RowMatrix => ({
    rows: 5,
    dim: 3,
    data: Float32Array.from(createRandom(seed).normal(15)),
  });
  const isTable = !["npy", "raw", "safetensors"].includes(format);
  const vectors = isTable
    ? [
        { name: "id", values: ["a", "b", "ü", "d", "e"] },
        { name: "map", values: [0, 0, 1, 1, 2] },
      ]
    : [];
  const matrices = [1, 2].slice(0, format === "raw" ? 1 : 2).map((seed) => ({ name: `m${seed}`, rows: rows(seed) }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeEmbeddings(format, { matrices, vectors })) chunks.push(chunk.slice());
  return { name, bytes: new Uint8Array(Buffer.concat(chunks)), options };
}

/** All of them, in an order that does not depend on the machine. */
export async function corpus(): Promise<readonly CorpusFile[]> {
  const made = await Promise.all([
    written("npz", "written.npz"),
    written("safetensors", "written.safetensors"),
    written("parquet", "written.parquet"),
    written("csv", "written.csv"),
    written("tsv", "written.tsv"),
    written("jsonl", "written.jsonl"),
    written("raw", "written.f32", { format: "raw", dim: 3 }),
  ]);
  const files = [
    ...inFolder("formats/"),
    ...inFolder("arrow/"),
    ...inFolder("parquet/"),
    ...inFolder("").filter(({ name }) => ["f2.npy", "stacked-fortran.npy", "version-2.npy", "i8.npy"].includes(name)),
    ...made,
    text("map.json", '{"0":[0,1],"1":[2],"2":[]}'),
  ];
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
