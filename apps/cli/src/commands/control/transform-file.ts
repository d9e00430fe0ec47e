// A fitted control as a file: JSON, or .npz with its arrays as matrices and the rest as a column of text.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import {
  type ControlHeader,
  type ControlTransform,
  controlFromMatrices,
  controlHeader,
  controlMatrices,
  parseControlTransform,
} from "@nce-geometry/diagnostics";
import { selectVector } from "@nce-geometry/io";
import { openEmbeddingFile, writeEmbeddingFile, writeFileAtomic } from "@nce-geometry/io/node";
import { InputError } from "@nce-geometry/tensor";

const headerName = "control";

/** Writes a transform, by the extension of the path: .json or .npz. */
export async function writeTransform(path: string, transform: ControlTransform): Promise<void> {
  if (extname(path) === ".json") return writeFileAtomic(path, `${JSON.stringify(transform)}\n`);
  if (extname(path) !== ".npz") throw refused(path, "a .json or .npz file", extname(path) || "no extension");
  const matrices = controlMatrices(transform).map(({ name, shape: [rows, dim], data }) => ({
    name,
    rows: { rows, dim, data },
  }));
  // A control that does nothing has no matrices, and an archive needs one.
  if (matrices.length === 0) throw refused(path, "a .json file for a control without numbers", "a .npz file");
  const vectors = [{ name: headerName, values: [JSON.stringify(controlHeader(transform))] }];
  await writeEmbeddingFile(path, { matrices, vectors }, { dtype: "float64" });
}

/** Reads what {@link writeTransform} wrote. */
export async function readTransform(path: string): Promise<ControlTransform> {
  if (extname(path) === ".npz") return readArchive(path);
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new InputError({
      code: "E_FILE",
      where: "control",
      argument: path,
      expected: "a fitted control",
      received: error.message,
    });
  });
  return parseControlTransform(parsed(path, text));
}

async function readArchive(path: string): Promise<ControlTransform> {
  await using file = await openEmbeddingFile(path);
  const header = selectVector(file, headerName);
  const [text] = await header.read();
  const matrices = await Promise.all(
    file.matrices.map(async ({ name, rows, dim, read }) => {
      const data = Float64Array.from(await read(0, rows));
      return { name, shape: [rows, dim] as const, data };
    }),
  );
  return controlFromMatrices(parsed(path, String(text)) as ControlHeader, matrices);
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(path, "a fitted control", `text that is not JSON (${(error as Error).message})`);
  }
}

function refused(path: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_FORMAT", where: "control", argument: path, expected, received });
}
