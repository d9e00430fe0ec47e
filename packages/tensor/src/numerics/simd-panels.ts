// The kernels of panel products in WebAssembly SIMD. The module is some six hundred bytes and is assembled here from named
// instructions, so that it can be read and needs no build step.

import { PANEL, type PanelKernels, type Panels } from "./panel-products.ts";

/** The parts of the WebAssembly interface that are used; the compiler's library does not declare it outside browsers. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}
/** All positions in bytes: a panel of x and its end, the first panel of y, the first sum, distance of two rows of sums. */
type PanelFunction = (x: number, y: number, xEnd: number, out: number, outStride: number) => void;
interface PanelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** One panel of x with all the panels of y. */
  readonly products: PanelFunction;
  readonly differences: PanelFunction;
}

const BYTES = Float64Array.BYTES_PER_ELEMENT;
const PAGE = 65536;

/**
 * The kernels, or undefined where WebAssembly, its SIMD instructions or its compilation are not to be had.
 *
 * Numerics: two pairs share an instruction, each in a lane of its own, products rounded before they are added: the bits of the
 *           scalar sum in ascending order.
 */
export function compilePanelKernels(): PanelKernels | undefined {
  const host = (globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly;
  try {
    return host && panelKernels(new host.Instance(new host.Module(panelModule())).exports as PanelExports);
  } catch {
    // An engine without SIMD, or a page whose security policy forbids compilation.
    return undefined;
  }
}

function panelKernels({ memory, products, differences }: PanelExports): PanelKernels {
  return {
    products: (x, y, depth) => sumsOf(products, placed(memory, x, y, depth)),
    differences: (x, y, depth, origins) => {
      const place = placed(memory, x, y, depth);
      place.sums.set(origins);
      return sumsOf(differences, place);
    },
  };
}

/** Both factors in the module's memory, and where their sums are, as positions of numbers. */
interface Place {
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  readonly sums: Float64Array;
}

/** Lines are copied, 2·lines·depth numbers beside lines²·depth products. */
function placed(memory: PanelExports["memory"], x: Panels, y: Panels, depth: number): Place {
  const [height, width] = [x.lines, y.lines];
  const yStart = height * depth;
  const start = yStart + width * depth;
  const end = start + height * width;
  const missing = end * BYTES - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const numbers = new Float64Array(memory.buffer, 0, end);
  numbers.set(x.data.subarray(0, yStart));
  numbers.set(y.data.subarray(0, width * depth), yStart);
  return { height, width, depth, sums: numbers.subarray(start) };
}

function sumsOf(panel: PanelFunction, { height, width, depth, sums }: Place): Float64Array {
  const yStart = height * depth;
  for (let i = 0; i < height; i += PANEL) {
    const [from, to, out] = [i * depth, (i + PANEL) * depth, i * width];
    panel(from * BYTES, yStart * BYTES, to * BYTES, sums.byteOffset + out * BYTES, width * BYTES);
  }
  return sums;
}

const I32 = 0x7f;
const V128 = 0x7b;
const I32_LESS_UNSIGNED = 0x49;
const I32_ADD = 0x6a;
const END = 0x0b;
const LOAD = 0x00;
const LOAD_SPLAT = 0x0a;
const STORE = 0x0b;
const F64X2_ADD = 0xf0;
const F64X2_SUB = 0xf1;
const F64X2_MUL = 0xf2;

/** Parameters: where the next panels and the next sums are. */
const [x, y, xEnd, out, outStride] = [0, 1, 2, 3, 4] as const;
/** Integers: the next entry of x, the row of sums at hand, the end of the first row. */
const [xNext, row, outEnd] = [5, 6, 7] as const;
/** Vectors: eight sums (two pairs each), four coordinates of y, one of x in both lanes, what is subtracted for each sum, and 0. */
const [sums, yLow, yHigh, xBoth, origins, zero, locals] = [8, 16, 17, 18, 19, 27, 28] as const;

function panelModule(): Uint8Array {
  const signature = [1, 0x60, 5, I32, I32, I32, I32, I32, 0];
  const exported = [3, ...name("memory"), 2, 0, ...name("products"), 0, 0, ...name("differences"), 0, 1];
  const bodies = [functionBody(products([])), functionBody(products(loadOrigins()))];
  return Uint8Array.from([
    ...[0x00, ...letters("asm"), 1, 0, 0, 0],
    ...section(1, signature),
    ...section(3, [2, 0, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, exported),
    ...section(10, [2, ...bodies.flat()]),
  ]);
}

function functionBody(code: readonly number[]): number[] {
  const body = [2, sums - xNext, I32, locals - sums, V128, ...code, END];
  return [...unsigned(body.length), ...body];
}

/** for each panel of y { start; sums = 0; go through both panels; store the sums; } */
function products(start: readonly number[]): number[] {
  const clear = Array.from({ length: 2 * PANEL }, (_, pair) => [...get(zero), ...set(sums + pair)]).flat();
  const panel = [...start, ...clear, ...get(x), ...set(xNext), ...accumulate(start.length > 0), ...storeSums()];
  const end = [...get(out), ...get(outStride), I32_ADD, ...set(outEnd)];
  return [...end, ...repeat([...panel, ...advance(out)], out, outEnd)];
}

/** Both panels to their end: for each of 4 of x and 4 of y sums += x·y, or x·(y − origin). */
function accumulate(relative: boolean): number[] {
  const code = [...load(LOAD, y, 0), ...set(yLow), ...load(LOAD, y, 16), ...set(yHigh)];
  for (let lane = 0; lane < PANEL; lane++) {
    code.push(...load(LOAD_SPLAT, xNext, lane * BYTES), ...set(xBoth));
    for (const [half, columns] of [yLow, yHigh].entries()) {
      const pair = 2 * lane + half;
      const origin = relative ? [...get(origins + pair), ...simd(F64X2_SUB)] : [];
      const factors = [...get(xBoth), ...get(columns), ...origin];
      code.push(...get(sums + pair), ...factors, ...simd(F64X2_MUL), ...simd(F64X2_ADD), ...set(sums + pair));
    }
  }
  return repeat([...code, ...advance(y), ...advance(xNext)], xNext, xEnd);
}

function loadOrigins(): number[] {
  return atEveryPair((pair, offset) => [...load(LOAD, row, offset), ...set(origins + pair)]);
}

function storeSums(): number[] {
  return atEveryPair((pair, offset) => [...get(row), ...get(sums + pair), ...simd(STORE), 3, offset]);
}

/** Code for each of the eight pairs of sums, which lies at `offset` in the row at hand. */
function atEveryPair(code: (pair: number, offset: number) => readonly number[]): number[] {
  const rows = Array.from({ length: PANEL }, (_, lane) => {
    return [...code(2 * lane, 0), ...code(2 * lane + 1, 16), ...get(row), ...get(outStride), I32_ADD, ...set(row)];
  });
  return [...get(out), ...set(row), ...rows.flat()];
}

/** do { code } while (position < end) */
function repeat(code: readonly number[], position: number, end: number): number[] {
  return [0x03, 0x40, ...code, ...get(position), ...get(end), I32_LESS_UNSIGNED, 0x0d, 0, END];
}

/** To the next four numbers. */
function advance(position: number): number[] {
  return [...get(position), 0x41, PANEL * BYTES, I32_ADD, ...set(position)];
}

function load(kind: number, address: number, offset: number): number[] {
  return [...get(address), ...simd(kind), 3, offset];
}

function simd(operation: number): number[] {
  return [0xfd, ...unsigned(operation)];
}

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...letters(text)];
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
