// --data NAME=FILE[,SECOND[,MAP]]: the embeddings of a model for the table of E4.

import {
  type EmbeddedModel,
  type EmbeddedPairs,
  type EmbeddingsTable,
  embeddingsTableExperiment,
} from "@nce-geometry/experiments";
import { type CancelSignal, InputError, isInputError, throwIfAborted } from "@nce-geometry/tensor";
import { loadCaptionMap } from "../caption-map.ts";
import { fingerprintOf, loadUnitRows, openPair, parseNamed } from "../inputs.ts";

/** A model as named on the command line. */
interface DataWord {
  readonly name: string;
  readonly files: readonly [first: string, second?: string, map?: string];
}

/**
 * E4 over the files of `--data`. Every model is read once before anything is computed, so that what is wrong is found at once;
 * after that one model at a time is in memory.
 */
export async function embeddingsTableOfFiles(texts: readonly string[], signal: CancelSignal): Promise<EmbeddingsTable> {
  const words = texts.map(parseData);
  let latest: { readonly name: string; readonly loaded: LoadedModel } | undefined;
  const load = async (word: DataWord): Promise<LoadedModel> => {
    if (latest?.name === word.name) return latest.loaded;
    throwIfAborted(signal);
    latest = undefined;
    latest = { name: word.name, loaded: await loadModel(word) };
    return latest.loaded;
  };
  const models: EmbeddedModel[] = [];
  for (const word of words) models.push((await load(word)).model);
  return embeddingsTableExperiment(
    models,
    async (name) => (await load(words.find((word) => word.name === name)!)).pairs,
  );
}

interface LoadedModel {
  readonly model: EmbeddedModel;
  readonly pairs: EmbeddedPairs;
}

function parseData(text: string): DataWord {
  const at = text.indexOf("=");
  const files = text.slice(at + 1).split(",");
  if (at > 0 && files.length <= 3 && files.every((file) => file !== "")) {
    return { name: text.slice(0, at), files: files as unknown as DataWord["files"] };
  }
  const [expected, received] = ["NAME=FILE, NAME=FILE,SECOND or NAME=FILE,SECOND,MAP", JSON.stringify(text)];
  throw new InputError({ code: "E_OPTION", where: "reproduce", argument: "--data", expected, received });
}

async function loadModel({ name, files: [first, second, mapFile] }: DataWord): Promise<LoadedModel> {
  try {
    await using pair = await openPair(first, second, { mapped: mapFile !== undefined });
    const [x, y] = [await loadUnitRows(pair.x), await loadUnitRows(pair.y)];
    const sizes = { items: x.rows, captions: y.rows };
    const map = mapFile === undefined ? undefined : await loadCaptionMap(mapFile, sizes);
    const hashes = [pair.x, pair.y].map(({ input: { sha256, matrix } }) => (matrix ? `${sha256}#${matrix}` : sha256));
    const ofMap = mapFile === undefined ? [] : [await hashOfMap(mapFile)];
    return {
      model: { name, sha256: [...hashes, ...ofMap], ...sizes, dim: x.dim },
      pairs: { x, y, map },
    };
  } catch (error) {
    throw ofModel(name, error);
  }
}

/** With the column or key that was named. */
async function hashOfMap(word: string): Promise<string> {
  const { path, matrix } = parseNamed(word);
  const hash = await fingerprintOf(path);
  return matrix === undefined ? hash : `${hash}#${matrix}`;
}

/** Readers speak of their own options; here a model and `--data` are at fault. */
function ofModel(name: string, error: unknown): unknown {
  if (!isInputError(error)) return error;
  const { code, argument, expected, received, hint } = error;
  const remedy = hint?.includes("--map")
    ? `Row i of one file is the match of row i of the other; else name a map as well: ${name}=FILE,SECOND,MAP.`
    : hint;
  const where = `reproduce --data ${name}`;
  return new InputError({ code, where, argument, expected, received, hint: remedy }, { cause: error });
}
