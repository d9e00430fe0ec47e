// KIND[:OPTION=VALUE,…]: a control of the gap in one word of a command line.

import { type ControlOptions, controlKinds } from "@nce-geometry/diagnostics";
import { InputError } from "@nce-geometry/tensor";

/**
 * `shift:lambda=0.5` → { kind: "shift", lambda: 0.5 }. Numbers, true and false are read as such, all else is text; the options
 * themselves are checked where the control is fitted.
 */
export function parseControl(word: string): ControlOptions {
  const [kind = "", rest] = splitOnce(word, ":");
  if (!(controlKinds as readonly string[]).includes(kind)) {
    const expected = `KIND or KIND:OPTION=VALUE,…, KIND one of ${controlKinds.join(", ")}`;
    throw refused(expected, JSON.stringify(word), "For example --control shift:lambda=0.5.");
  }
  const options = (rest === undefined ? [] : rest.split(",")).map((part) => {
    const [name, value] = splitOnce(part, "=");
    if (name && value !== undefined) return [name, literalOf(value)] as const;
    throw refused(`OPTION=VALUE behind ${kind}:`, JSON.stringify(part));
  });
  // What is not an option of this kind is refused, by name, where the control is resolved.
  return { kind, ...Object.fromEntries(options) } as unknown as ControlOptions;
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function literalOf(text: string): number | boolean | string {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function refused(expected: string, received: string, hint?: string): InputError {
  return new InputError({ code: "E_OPTION", where: "control", argument: "--control", expected, received, hint });
}
