// The few Python literals that a .npy header may hold. A strict recursive-descent parser: nothing is evaluated.
//   dictionary := "{" [ string ":" value { "," string ":" value } [ "," ] ] "}"
//   value      := string | "True" | "False" | integer | "(" [ value { "," value } [ "," ] ] ")" | "[" … "]"

/** A tuple is an array; a list is told apart from it, because a shape is never one. */
export type PythonValue =
  | string
  | boolean
  | number
  | readonly PythonValue[]
  | { readonly list: readonly PythonValue[] };

/** The entries of a dictionary that is followed by nothing but spaces and a newline, or what is wrong with the text. */
export function parsePythonDictionary(text: string): Map<string, PythonValue> | string {
  try {
    const reader = new Reader(text);
    const entries = dictionary(reader);
    reader.end();
    return entries;
  } catch (error) {
    if (error instanceof LiteralError) return error.message;
    throw error;
  }
}

class LiteralError extends Error {}

/** Nesting deeper than any header needs, so that hostile text cannot exhaust the stack. */
const deepest = 8;

class Reader {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips spaces, then consumes what `pattern` (sticky) matches; undefined when it does not match here. */
  take(pattern: RegExp): string | undefined {
    this.skipSpace();
    const sticky = new RegExp(pattern, "y");
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  expect(pattern: RegExp, what: string): string {
    return this.take(pattern) ?? this.fail(`${what} is expected`);
  }

  end(): void {
    this.skipSpace();
    if (this.position !== this.text.length) this.fail("the dictionary should end");
  }

  fail(problem: string): never {
    throw new LiteralError(`${problem} at character ${this.position}`);
  }

  private skipSpace(): void {
    while (" \t\n\r\f".includes(this.text[this.position] ?? "x")) this.position++;
  }
}

function dictionary(reader: Reader): Map<string, PythonValue> {
  const entries = new Map<string, PythonValue>();
  reader.expect(/\{/, "{");
  while (!reader.take(/\}/)) {
    const key = string(reader) ?? reader.fail("a quoted key is expected");
    if (entries.has(key)) reader.fail(`the key ${key} appears twice`);
    reader.expect(/:/, ":");
    entries.set(key, value(reader, 0));
    if (!reader.take(/,/)) {
      reader.expect(/\}/, "}");
      break;
    }
  }
  return entries;
}

function value(reader: Reader, depth: number): PythonValue {
  if (depth > deepest) reader.fail("the nesting is too deep");
  if (reader.take(/\(/)) return sequence(reader, /\)/, depth);
  if (reader.take(/\[/)) return { list: sequence(reader, /\]/, depth) };
  const word = reader.take(/True\b|False\b/);
  if (word) return word === "True";
  // Python 2 wrote long integers with an L.
  const digits = reader.take(/-?(?:0|[1-9]\d{0,18})L?(?![\w.])/);
  if (digits) return Number(digits.replace("L", ""));
  return string(reader) ?? reader.fail("a value is expected");
}

function sequence(reader: Reader, close: RegExp, depth: number): PythonValue[] {
  const values: PythonValue[] = [];
  while (!reader.take(close)) {
    values.push(value(reader, depth + 1));
    if (!reader.take(/,/)) {
      reader.expect(close, "a closing bracket");
      break;
    }
  }
  return values;
}

function string(reader: Reader): string | undefined {
  return reader.take(/'[^'\\\n]*'|"[^"\\\n]*"/)?.slice(1, -1);
}
