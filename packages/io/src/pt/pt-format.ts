// PyTorch checkpoints in ZIP form: a pickle that describes tensors, and their storages beside it.

import type { ByteSource } from "../byte-source.ts";
import { type ElementType, elementTypes } from "../element-type.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import { stridedArray } from "../strided-array.ts";
import type { ZipEntry } from "../zip/zip-directory.ts";
import { openZipEntry } from "../zip/zip-entry.ts";
import { type PickleCall, PickleError, type PickleValue, readPickle } from "./pickle.ts";

const storages: Readonly<Record<string, ElementType>> = {
  "torch DoubleStorage": elementTypes.float64,
  "torch FloatStorage": elementTypes.float32,
  "torch HalfStorage": elementTypes.float16,
  "torch BFloat16Storage": elementTypes.bfloat16,
  "torch LongStorage": elementTypes.int64,
  "torch IntStorage": elementTypes.int32,
  "torch ShortStorage": elementTypes.int16,
  "torch CharStorage": elementTypes.int8,
  "torch ByteStorage": elementTypes.uint8,
};

const constructors = [
  "torch._utils _rebuild_tensor_v2",
  "torch._utils _rebuild_parameter",
  "torch Size",
  "collections OrderedDict",
];

/** A pickle that describes tensors is small; their numbers are beside it. */
const largestPickle = 2 ** 28;

/** Whether the entries of an archive are those of a checkpoint. */
export function isCheckpoint(entries: readonly ZipEntry[]): boolean {
  return entries.some(({ name }) => pickleName.test(name));
}
const pickleName = /(^|\/)data\.pkl$/;

/**
 * The tensors of a checkpoint under their keys, nested ones joined by `/`; tensors of rank 1 and lists of numbers or texts are columns.
 *
 * Numerics: storage offsets and strides are honoured, so that slices and transposes saved with their base are right.
 * Throws:   InputError E_FORMAT, naming what the pickle holds that a checkpoint of tensors does not, and where. Nothing is executed.
 */
export async function openCheckpoint(source: ByteSource, entries: readonly ZipEntry[]): Promise<Embeddings> {
  const pickle = entries.find(({ name }) => pickleName.test(name))!;
  const folder = pickle.name.replace(/data\.pkl$/, "");
  if (pickle.size > largestPickle) throw refused(source, `a pickle of ${pickle.size} bytes`);
  await assertLittleEndian(source, entries, folder);
  const file = await openZipEntry(source, pickle);
  const root = parse(source, await file.read(0, file.size));
  const reader: Reader = { source, entries: new Map(entries.map((entry) => [entry.name, entry])), folder };
  const found: Found = { matrices: [], vectors: [], notes: [] };
  for (const [name, value] of leaves(source, root)) await collect(reader, name, value, found);
  return { format: "pt", source: source.name, bytes: source.size, ...found };
}

function parse(source: ByteSource, bytes: Uint8Array): PickleValue {
  const names = new Set([...constructors, ...Object.keys(storages)]);
  try {
    return readPickle(bytes, (name) => names.has(name));
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    throw refused(source, error.message);
  }
}

async function assertLittleEndian(source: ByteSource, entries: readonly ZipEntry[], folder: string): Promise<void> {
  const entry = entries.find(({ name }) => name === `${folder}byteorder`);
  if (!entry) return;
  const file = await openZipEntry(source, entry);
  const order = String.fromCharCode(...(await file.read(0, Math.min(file.size, 16))));
  if (order.trim() !== "little") throw refused(source, `byte order ${JSON.stringify(order)}`);
}

/** More values than any checkpoint of embeddings has; a pickle can refer to one value many times over. */
const mostLeaves = 1e5;

/** Every value that is not a dictionary, with the path of keys that leads to it. */
function leaves(source: ByteSource, root: PickleValue): [name: string, value: PickleValue][] {
  const found: [string, PickleValue][] = [];
  let visits = 0;
  const walk = (value: PickleValue, name: string, depth: number): void => {
    if (++visits > mostLeaves || depth > 64) throw refused(source, "dictionaries nested without end");
    if (typeof value === "object" && value?.kind === "dictionary") {
      for (const [key, inner] of value.entries)
        walk(inner, name === "" ? keyText(key) : `${name}/${keyText(key)}`, depth + 1);
    } else found.push([name || "tensor", value]);
  };
  walk(root, "", 0);
  return found;
}

function keyText(key: PickleValue): string {
  return typeof key === "object" && key !== null ? `(${key.kind})` : String(key);
}

interface Reader {
  readonly source: ByteSource;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** In front of the names of all entries. */
  readonly folder: string;
}
interface Found {
  readonly matrices: NamedMatrix[];
  readonly vectors: NamedVector[];
  readonly notes: string[];
}

async function collect(reader: Reader, name: string, value: PickleValue, found: Found): Promise<void> {
  if (typeof value === "object" && value?.kind === "call") {
    const tensor = tensorOf(reader.source, name, value);
    if (tensor) return collectTensor(reader, name, tensor, found);
  }
  const list =
    typeof value === "object" && (value?.kind === "list" || value?.kind === "tuple") ? value.items : undefined;
  const column = list && list.length > 0 ? columnOf(name, list) : undefined;
  if (column) found.vectors.push(column);
  else found.notes.push(`${name} is not read: ${typeof value === "object" ? (value?.kind ?? "None") : typeof value}`);
}

function columnOf(name: string, items: readonly PickleValue[]): NamedVector | undefined {
  const { length } = items;
  if (items.every((item) => typeof item === "number"))
    return { kind: "number", name, length, read: async () => Float64Array.from(items) };
  if (items.every((item) => typeof item === "string")) return { kind: "string", name, length, read: async () => items };
  return undefined;
}

interface Tensor {
  readonly type: ElementType;
  readonly key: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** What `_rebuild_tensor_v2` was given: (storage, offset, size, stride, …). */
function tensorOf(source: ByteSource, name: string, { name: called, args }: PickleCall): Tensor | undefined {
  const [first] = args;
  if (called === "torch._utils _rebuild_parameter" && isCall(first)) return tensorOf(source, name, first);
  if (called !== "torch._utils _rebuild_tensor_v2") return undefined;
  const [storage, offset, size, stride] = args;
  const [kind, type, key] = itemsOf(
    typeof storage === "object" && storage?.kind === "persistent" ? storage.id : undefined,
  );
  const element = typeof type === "object" && type?.kind === "global" ? storages[type.name] : undefined;
  const [shape, strides] = [counts(size), counts(stride)];
  if (
    kind !== "storage" ||
    !element ||
    typeof key !== "string" ||
    !isCount(offset) ||
    !shape ||
    shape.length !== strides?.length
  )
    throw refused(source, `tensor ${JSON.stringify(name)} with arguments that are not those of a tensor`);
  return { type: element, key, offset, shape, strides };
}

async function collectTensor(reader: Reader, name: string, tensor: Tensor, found: Found): Promise<void> {
  const { type, shape, strides } = tensor;
  const storage = shape.includes(0) ? undefined : await openStorage(reader, name, tensor);
  const offset = tensor.offset * type.bytes;
  const contents = storage && stridedArray(storage, { name, shape, strides, type, offset });
  found.matrices.push(...(contents?.matrices ?? []));
  found.vectors.push(...(contents?.vectors ?? []));
  if (!contents) found.notes.push(`${name} is not read: shape (${shape.join(", ")}) ${type.name}`);
}

async function openStorage({ source, entries, folder }: Reader, name: string, tensor: Tensor): Promise<ByteSource> {
  const entry = entries.get(`${folder}data/${tensor.key}`);
  if (!entry) throw refused(source, `tensor ${JSON.stringify(name)} whose storage ${tensor.key} is not in the archive`);
  const { shape, strides, offset, type } = tensor;
  const last = shape.reduce((place, size, axis) => place + (size - 1) * strides[axis]!, offset);
  if (!Number.isSafeInteger(last) || (last + 1) * type.bytes > entry.size)
    throw refused(source, `tensor ${JSON.stringify(name)} that reaches beyond its storage of ${entry.size} bytes`);
  // A stride of 0 repeats rows without storing them, any number of times.
  if (shape.reduce((product, size) => product * size, type.bytes) > entry.size)
    throw refused(
      source,
      `tensor ${JSON.stringify(name)} of more numbers than its storage holds`,
      "In Python: call .contiguous() before saving.",
    );
  return openZipEntry(source, entry);
}

function isCall(value: PickleValue | undefined): value is PickleCall {
  return typeof value === "object" && value !== null && value.kind === "call";
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  if (isCall(value) && value.name === "torch Size") return itemsOf(value.args[0]);
  return typeof value === "object" && value?.kind === "tuple" ? value.items : [];
}

function counts(value: PickleValue | undefined): readonly number[] | undefined {
  const items = itemsOf(value);
  return items.every(isCount) ? items : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const asSafetensors = "In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).";

function refused(source: ByteSource, received: string, hint = asSafetensors): Error {
  return malformedFile("openCheckpoint", source.name, "a PyTorch checkpoint of tensors", received, hint);
}
