import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import type { OptionSpec, Scale } from "../experiment.ts";
import { canonicalJson } from "../runner/canonical-json.ts";
import { checkOptions } from "../runner/check-options.ts";

/** Two modalities as unit rows. Row i of one belongs to row i of the other, or `map` tells the row of x of each row of y. */
export interface EmbeddedPairs {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly map?: Int32Array | undefined;
}

/** What a configuration says of the embeddings of a model: enough to tell whether they are the same ones. */
export type EmbeddedModel = {
  /** Begins with a letter or digit, then also `.`, `-` and `_`. */
  readonly name: string;
  /** Of what was read: files, or rows in memory. */
  readonly sha256: readonly string[];
  /** Rows of x, rows of y, numbers per row. */
  readonly items: number;
  readonly captions: number;
  readonly dim: number;
};

/** What E4 does. A type, because only those are JSON to the compiler. */
export type EmbeddingsTableConfig = {
  readonly models: readonly string[];
  readonly seed: number;
  readonly draws: number;
  readonly pairs: number;
  readonly items: number;
  readonly bandwidth: number;
  /** Absent for synthetic models, which follow from their names. */
  readonly data?: readonly EmbeddedModel[];
};

const count = (low: number, high: number) => ({ kind: "number", low, high, whole: true }) as const;

/** The options over given models. */
export function optionsOf(names: readonly string[]): readonly OptionSpec[] {
  return [
    { name: "models", description: "Models of the table.", domain: { kind: "choices", values: names } },
    { name: "seed", description: "Seed of the draws.", domain: count(0, 2 ** 32 - 1) },
    { name: "draws", description: "Draws of pairs of each model.", domain: count(1, 10_000) },
    {
      name: "pairs",
      description: "Pairs of a draw, no item twice; of models without more items, half of the items.",
      domain: count(4, 100_000),
    },
    {
      name: "items",
      description: "Most items that the estimates with errors are taken from; of more, a sample.",
      domain: count(4, 1_000_000),
    },
    {
      name: "bandwidth",
      description: "Bandwidth of MMD² that is the same for all models (chord).",
      domain: { kind: "number", low: 0.001, high: 10 },
    },
  ];
}

/** The published setting, or a part of it. */
export function defaultsOf(names: readonly string[], scale: Scale): EmbeddingsTableConfig {
  const full = scale === "full";
  const size = full ? { draws: 20, pairs: 2000, items: 5000 } : { draws: 8, pairs: 300, items: 1000 };
  return { models: names, seed: 0, ...size, bandwidth: 0.5 };
}

/** Refuses what is not a configuration over these data. */
export function checkConfig(
  config: EmbeddingsTableConfig,
  names: readonly string[],
  data?: readonly EmbeddedModel[],
): void {
  const { data: said, ...settings } = config;
  checkOptions(where, optionsOf(names), settings);
  if (canonicalJson(said === undefined ? null : said) === canonicalJson(data === undefined ? null : data)) return;
  throw refusal("data", "what was given to the experiment", "something else");
}

const where = "E4";
const form = "a name of letters, digits, `.`, `-` and `_`, the first a letter or digit, that no other model has";

/** Refuses models that cannot be told apart or are too small to draw from. */
export function checkModels(models: readonly EmbeddedModel[]): void {
  if (models.length === 0) throw refusal("models", "at least one model", "none");
  for (const [i, { name, items }] of models.entries()) {
    const isFirst = models.findIndex((model) => model.name.toLowerCase() === name.toLowerCase()) === i;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) || !isFirst) {
      throw refusal(`models[${i}].name`, form, JSON.stringify(name));
    }
    if (items < smallest) throw refusal(name, `a model of at least ${smallest} items`, String(items));
  }
}

/** Half of them can still be searched. */
const smallest = 4;

function refusal(argument: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received });
}
