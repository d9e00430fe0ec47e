import { InputError } from "@nce-geometry/tensor";
import { canonicalJson } from "../runner/canonical-json.ts";
import type { EmbeddedModel } from "./given-pairs.ts";

const form = "a name of letters, digits, `.`, `-` and `_`, the first a letter or digit, that no other model has";

/** Refuses models that cannot be told apart or have fewer items than `smallest`. Throws InputError E_OPTION. */
export function checkModels(where: string, models: readonly EmbeddedModel[], smallest: number): void {
  if (models.length === 0) throw refusal(where, "models", "at least one model", "none");
  for (const [i, { name, items }] of models.entries()) {
    const isFirst = models.findIndex((model) => model.name.toLowerCase() === name.toLowerCase()) === i;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) || !isFirst) {
      throw refusal(where, `models[${i}].name`, form, JSON.stringify(name));
    }
    if (items < smallest) throw refusal(where, name, `a model of at least ${smallest} items`, String(items));
  }
}

/** Refuses a configuration of other data than those given, so that a stored run goes on with its own. Throws InputError E_OPTION. */
export function checkSameData(
  where: string,
  said: readonly EmbeddedModel[] | undefined,
  given: readonly EmbeddedModel[] | undefined,
): void {
  if (canonicalJson(said ?? null) === canonicalJson(given ?? null)) return;
  throw refusal(where, "data", "what was given to the experiment", "something else");
}

function refusal(where: string, argument: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received });
}
