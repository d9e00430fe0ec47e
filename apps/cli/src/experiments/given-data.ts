// --data NAME=FILE[,SECOND[,MAP]]: embeddings of paired modalities that an experiment is given.

import type { EmbeddedModel, EmbeddedPairs, GivenPairs } from "@nce-geometry/experiments";
import { type CancelSignal, InputError, isInputError, throwIfAborted } from "@nce-geometry/tensor";
import { loadCaptionMap } from "../caption-map.ts";
import { fingerprintOf, loadUnitRows, openPair, parseNamed } from "../inputs.ts";

/** A model as named on the command line. */
interface DataWord {
  readonly name: string;
  readonly files: readonly [first: string, second?: string, map?: string];
}

/**
 * The models of `--data`. Every one is read once before anything is computed, so that what is wrong is found at once; after that
 * one model at a time is in memory.
 */
export async function openGivenData(texts: readonly string[], signal: CancelSignal): Promise<GivenPairs> {
  const words = texts.map(parseData);
  const load = loader(words);
  const models: EmbeddedModel[] = [];
  for (const { name } of words) {
    throwIfAborted(signal);
    models.push((await load(name)).model);
  }
  return { models, provide: async (name) => (await load(name)).pairs };
}

/** The same models on another thread, which reads those that it needs. Refuses files that are not what `models` says. */
export function reopenGivenData(texts: readonly string[], models: readonly EmbeddedModel[]): GivenPairs {
  const load = loader(texts.map(parseData));
  return {
    models,
    async provide(name) {
      const { model, pairs } = await load(name);
      const known = models.find((one) => one.name === name)!;
      if (model.sha256.join() === known.sha256.join()) return pairs;
      const [expected, received] = ["the files that the run began with", "files that have changed since"];
      throw new InputError({ code: "E_FILE", where: "reproduce", argument: `--data ${name}`, expected, received });
    },
  };
}

interface LoadedModel {
  readonly model: EmbeddedModel;
  readonly pairs: EmbeddedPairs;
}

/** Keeps the model that was asked for last. */
function loader(words: readonly DataWord[]): (name: string) => Promise<LoadedModel> {
  let latest: LoadedModel | undefined;
  return async (name) => {
    if (latest?.model.name === name) return latest;
    // The two need not be in memory together.
    latest = undefined;
    latest = await loadModel(words.find((word) => word.name === name)!);
    return latest;
  };
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
