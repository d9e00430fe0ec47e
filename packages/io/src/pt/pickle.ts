// The part of Python's pickle format that checkpoints of tensors are made of. An interpreter that builds plain values and
// knows a short list of names; nothing is imported, looked up or called, and every other name is refused by name.
//
// Opcodes: pickletools of the Python standard library, protocols 2 to 5.

/** A name in a module, such as `torch FloatStorage`. Never resolved to anything. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly name: string;
}
/** What an allowed constructor was given. */
export interface PickleCall {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly PickleValue[];
}
/** A reference to something beside the pickle: a storage. */
export interface PicklePersistent {
  readonly kind: "persistent";
  readonly id: PickleValue;
}
export interface PickleDictionary {
  readonly kind: "dictionary";
  readonly entries: [PickleValue, PickleValue][];
}
export interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}
export interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleGlobal
  | PickleCall
  | PicklePersistent
  | PickleDictionary
  | PickleList
  | PickleTuple;

/** What is wrong, and at which byte. */
export class PickleError extends Error {}

/** The value of a pickle. `allowed` says which names may be called; throws PickleError. */
export function readPickle(bytes: Uint8Array, allowed: (name: string) => boolean): PickleValue {
  return new Machine(bytes, allowed).run();
}

const mark = Symbol("mark");
type Slot = PickleValue | typeof mark;

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #allowed: (name: string) => boolean;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;

  constructor(bytes: Uint8Array, allowed: (name: string) => boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#allowed = allowed;
  }

  run(): PickleValue {
    for (;;) {
      const place = this.#at;
      const code = this.#byte();
      if (code === 0x2e) return this.#pop();
      const operation = operations[code];
      if (!operation) this.fail(`opcode 0x${code.toString(16)}, which checkpoints of tensors do not use`, place);
      operation!(this);
    }
  }

  fail(what: string, place = this.#at): never {
    throw new PickleError(`${what}, at byte ${place}`);
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) this.fail("a pickle that ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  #byte(): number {
    return this.take(1)[0]!;
  }
  /** Moves on by `length` bytes, which `read` decodes. */
  number<T>(length: number, read: (view: DataView, at: number) => T): T {
    const at = this.#at;
    this.take(length);
    return read(this.#view, at);
  }
  count(length: 1 | 2 | 4 | 8): number {
    const value = this.number(length, (view, at) =>
      length === 1
        ? view.getUint8(at)
        : length === 2
          ? view.getUint16(at, true)
          : length === 4
            ? view.getUint32(at, true)
            : Number(view.getBigUint64(at, true)),
    );
    return value;
  }
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) this.fail("a name without an end");
    const text = decodeText(this.take(end - this.#at));
    this.#at++;
    return text;
  }

  push(value: Slot): void {
    this.#stack.push(value);
  }
  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) this.fail("too few values on the stack");
    return value as PickleValue;
  }
  pop(): PickleValue {
    return this.#pop();
  }
  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === mark) this.fail("too few values on the stack");
    return value as PickleValue;
  }
  /** All values above the last mark, which goes too. */
  popToMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) this.fail("no mark on the stack");
    return this.#stack.splice(at).slice(1) as PickleValue[];
  }

  remember(key: number): void {
    this.#memo.set(key, this.top());
  }
  rememberNext(): void {
    this.remember(this.#memo.size);
  }
  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) this.fail(`memo ${key}, which was not set`);
    this.push(value as PickleValue);
  }

  global(name: string): void {
    if (!this.#allowed(name)) this.fail(`the name ${name}, which is not among those of tensors`);
    this.push({ kind: "global", name });
  }
  reduce(): void {
    const args = this.#pop();
    const target = this.#pop();
    if (!isKind(target, "global") || !isKind(args, "tuple")) this.fail("a call of something that is not a name");
    const { name } = target as PickleGlobal;
    const { items } = args as PickleTuple;
    const isDictionary = name === "collections OrderedDict" && items.length === 0;
    this.push(isDictionary ? { kind: "dictionary", entries: [] } : { kind: "call", name, args: items });
  }
  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!isKind(list, "list")) this.fail("items appended to something that is not a list");
    for (const item of items) (list as PickleList).items.push(item);
  }
  setItems(items: readonly PickleValue[]): void {
    const dictionary = this.top();
    if (!isKind(dictionary, "dictionary") || items.length % 2 === 1)
      this.fail("items set in something that is not a dictionary");
    for (let k = 0; k < items.length; k += 2) (dictionary as PickleDictionary).entries.push([items[k]!, items[k + 1]!]);
  }
}

function isKind(value: PickleValue, kind: string): boolean {
  return typeof value === "object" && value !== null && value.kind === kind;
}

const tuple = (items: readonly PickleValue[]): PickleTuple => ({ kind: "tuple", items });

/** What each opcode does. */
const operations: Readonly<Record<number, (machine: Machine) => void>> = {
  128: (m) => {
    const protocol = m.count(1);
    if (protocol < 2 || protocol > 5) m.fail(`pickle protocol ${protocol}`);
  },
  149: (m) => void m.take(8),
  40: (m) => m.push(mark),
  48: (m) => void m.pop(),
  // Constants
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  75: (m) => m.push(m.count(1)),
  77: (m) => m.push(m.count(2)),
  74: (m) => m.push(m.number(4, (view, at) => view.getInt32(at, true))),
  71: (m) => m.push(m.number(8, (view, at) => view.getFloat64(at, false))),
  138: (m) => m.push(littleEndian(m.take(m.count(1)))),
  // Text
  88: (m) => m.push(decodeText(m.take(m.count(4)))),
  140: (m) => m.push(decodeText(m.take(m.count(1)))),
  141: (m) => m.push(decodeText(m.take(m.count(8)))),
  // Containers
  41: (m) => m.push(tuple([])),
  116: (m) => m.push(tuple(m.popToMark())),
  133: (m) => m.push(tuple([m.pop()])),
  134: (m) => m.push(tuple([m.pop(), m.pop()].reverse())),
  135: (m) => m.push(tuple([m.pop(), m.pop(), m.pop()].reverse())),
  93: (m) => m.push({ kind: "list", items: [] }),
  97: (m) => m.append([m.pop()]),
  101: (m) => m.append(m.popToMark()),
  125: (m) => m.push({ kind: "dictionary", entries: [] }),
  115: (m) => m.setItems([m.pop(), m.pop()].reverse()),
  117: (m) => m.setItems(m.popToMark()),
  // Memory
  113: (m) => m.remember(m.count(1)),
  114: (m) => m.remember(m.count(4)),
  148: (m) => m.rememberNext(),
  104: (m) => m.recall(m.count(1)),
  106: (m) => m.recall(m.count(4)),
  // Names and calls
  99: (m) => m.global(`${m.line()} ${m.line()}`),
  147: (m) => {
    const [name, module] = [m.pop(), m.pop()];
    if (typeof module !== "string" || typeof name !== "string") m.fail("a name that is no text");
    m.global(`${module} ${name}`);
  },
  82: (m) => m.reduce(),
  81: (m) => m.push({ kind: "persistent", id: m.pop() }),
  // The state of an object: attributes that tell nothing about the numbers.
  98: (m) => void m.pop(),
};

/** An integer of any length in two's complement. */
function littleEndian(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k]!);
  const signed = bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
