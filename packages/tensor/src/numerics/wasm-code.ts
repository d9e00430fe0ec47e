// WebAssembly from named instructions: modules of a few hundred bytes that can be read here and need no build step.

/** Types of values. */
export const I32 = 0x7f;
export const V128 = 0x7b;

export const I32_ADD: readonly number[] = [0x6a];
const I32_LESS_UNSIGNED = 0x49;
const END = 0x0b;

/** A function of integers that gives nothing. Its locals are numbered from 0: the parameters, then integers, then vectors. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly code: readonly number[];
}

/** What a module gives: its memory and its functions by name. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

/** The parts of the WebAssembly interface that are used; the compiler's library does not declare it outside browsers. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/** The exports of a module with a memory of one page, or undefined where WebAssembly, its SIMD instructions or its compilation are not to be had. */
export function instantiate<E extends WasmExports>(functions: readonly WasmFunction[]): E | undefined {
  const host = (globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly;
  try {
    return host && (new host.Instance(new host.Module(moduleBytes(functions))).exports as E);
  } catch {
    // An engine without SIMD, or a page whose security policy forbids compilation.
    return undefined;
  }
}

/** Makes the memory hold so many bytes. */
export function reserve(memory: WasmExports["memory"], bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}

const PAGE = 65536;

export function get(local: number): number[] {
  return [0x20, local];
}

export function set(local: number): number[] {
  return [0x21, local];
}

export function integer(value: number): number[] {
  return [0x41, ...signed(value)];
}

/** A vector of two equal numbers. */
export function both(value: number): number[] {
  return [...simd(0x0c), ...new Uint8Array(Float64Array.of(value, value).buffer)];
}

/** An instruction on vectors, by its number. */
export function simd(operation: number): number[] {
  return [0xfd, ...unsigned(operation)];
}

/** Two numbers from memory. */
export function load(address: number, offset: number): number[] {
  return [...get(address), ...simd(0x00), 3, offset];
}

/** One number from memory, twice. */
export function loadTwice(address: number, offset: number): number[] {
  return [...get(address), ...simd(0x0a), 3, offset];
}

/** Two numbers to memory; `value` puts them on the stack. */
export function store(address: number, offset: number, value: readonly number[]): number[] {
  return [...get(address), ...value, ...simd(0x0b), 3, offset];
}

/** local += bytes */
export function advance(local: number, bytes: number): number[] {
  return [...get(local), ...integer(bytes), ...I32_ADD, ...set(local)];
}

/** do { code } while (position < end), both locals. */
export function repeat(code: readonly number[], position: number, end: number): number[] {
  return [0x03, 0x40, ...code, ...get(position), ...get(end), I32_LESS_UNSIGNED, 0x0d, 0, END];
}

/** Arithmetic of vectors. */
export const ADD: readonly number[] = simd(0xf0);
export const SUB: readonly number[] = simd(0xf1);
export const MUL: readonly number[] = simd(0xf2);

function moduleBytes(functions: readonly WasmFunction[]): Uint8Array {
  const types = functions.map(({ parameters }) => [0x60, parameters, ...new Array<number>(parameters).fill(I32), 0]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, index]);
  return Uint8Array.from([
    ...[0x00, ...letters("asm"), 1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => [index]),
    ),
    ...section(5, [[0, 1]]),
    ...section(7, [[...text("memory"), 2, 0], ...exported]),
    ...section(10, functions.map(body)),
  ]);
}

function body({ integers, vectors, code }: WasmFunction): number[] {
  const content = [2, integers, I32, vectors, V128, ...code, END];
  return [...unsigned(content.length), ...content];
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const content = [entries.length, ...entries.flat()];
  return [id, ...unsigned(content.length), ...content];
}

function text(name: string): number[] {
  return [name.length, ...letters(name)];
}

function letters(name: string): number[] {
  return Array.from(name, (letter) => letter.charCodeAt(0));
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
