import { InputError } from "@nce-geometry/tensor";

/** E_FORMAT: a file that is not what its format demands; `received` names the place. */
export function malformedFile(
  where: string,
  name: string,
  expected: string,
  received: string,
  hint?: string,
): InputError {
  return new InputError({ code: "E_FORMAT", where, argument: name, expected, received, hint });
}

/** What went wrong while a format was decoded, in words; engines' own errors tell about code and not about files. */
export function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  return name === "Error" ? message.replace(/\.$/, "") : "fields that do not fit together";
}
