// Numbers of a record by path, for gates such as `gap.centroid > 0.9`.

import { InputError } from "@nce-geometry/tensor";

/**
 * The number at a path of names joined by dots; an estimate stands for its value, and so do `x.value` or `x.interval.low`.
 *
 * Domain:   keys may contain dots themselves (`energy.0.07.infoNCE.symmetric`): the longest key that fits is taken.
 * Limits:   `gap.centroid` and `gap.centroid.value` → the same number.
 * Throws:   InputError E_OPTION, with the names that exist where the path goes astray, and where the path ends at something
 *           that is not a number or at a part that was not measured (null).
 */
export function numberAt(record: object, path: string): number {
  let here: unknown = record;
  let rest = path;
  let walked = "";
  while (rest !== "") {
    const key = longestKey(here, rest);
    if (key === undefined) throw unknownName(path, walked, here);
    here = (here as Record<string, unknown>)[key];
    walked = walked === "" ? key : `${walked}.${key}`;
    rest = rest.slice(key.length + 1);
  }
  const value = isEstimate(here) ? here.value : here;
  if (typeof value === "number") return value;
  if (value === null) throw pathError("null, which means not measured");
  throw pathError("no number", namesHint(walked, value));
}

function longestKey(record: unknown, path: string): string | undefined {
  return keysOf(record)
    .filter((key) => path === key || path.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0];
}

function keysOf(record: unknown): string[] {
  return typeof record === "object" && record !== null ? Object.keys(record) : [];
}

function isEstimate(value: unknown): value is { readonly value: number } {
  return typeof value === "object" && value !== null && "value" in value && "samples" in value;
}

function unknownName(path: string, walked: string, here: unknown): InputError {
  if (here === null) return pathError(`a path through \`${walked}\`, which was not measured`);
  return pathError(JSON.stringify(path), namesHint(walked, here));
}

function namesHint(walked: string, here: unknown): string | undefined {
  const names = keysOf(here);
  if (names.length === 0) return walked === "" ? undefined : `\`${walked}\` has no names below it.`;
  const shown = names.slice(0, 20).join(", ");
  return `Names ${walked === "" ? "at the top" : `in \`${walked}\``}: ${shown}${names.length > 20 ? ", …" : ""}.`;
}

function pathError(received: string, hint?: string): InputError {
  const expected = "the path of a number in the analysis";
  return new InputError({ code: "E_OPTION", where: "numberAt", argument: "path", expected, received, hint });
}
