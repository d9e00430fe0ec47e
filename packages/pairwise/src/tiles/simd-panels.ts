// Panels of inner products in WebAssembly SIMD. The module is some three hundred bytes and is assembled here from named
// instructions, so that it can be read and needs no build step.

import { PANEL } from "./packed-rows.ts";

/** The parts of the WebAssembly interface that are used; the compiler's library does not declare it outside browsers. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}
interface PanelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** All positions in bytes: panel of x and its end, panel of y, first result, distance of two rows of results. */
  panel(x: number, y: number, xEnd: number, out: number, outStride: number): void;
}

/** Inner products of packed panels: counts are multiples of PANEL, results row-major with the given stride. */
export type PanelKernel = (
  x: { readonly panels: Float64Array; readonly rows: number },
  y: { readonly panels: Float64Array; readonly rows: number },
  dim: number,
  out: Float64Array,
  stride: number,
) => void;

const BYTES = Float64Array.BYTES_PER_ELEMENT;
const PAGE = 65536;

/**
 * The kernel, or undefined where WebAssembly, its SIMD instructions or its compilation are not to be had.
 *
 * Numerics: two pairs share an instruction, each in a lane of its own, products rounded before they are added: the bits of the
 *           scalar sum in ascending order.
 */
export function compilePanelKernel(): PanelKernel | undefined {
  const host = (globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly;
  try {
    return host && panelKernel(new host.Instance(new host.Module(panelModule())).exports as PanelExports);
  } catch {
    // An engine without SIMD, or a page whose security policy forbids compilation.
    return undefined;
  }
}

/** Blocks are copied into the module's memory, 2·rows·dim numbers beside rows²·dim products. */
function panelKernel({ memory, panel }: PanelExports): PanelKernel {
  // A block of rows meets all blocks of columns before it is replaced.
  let resident: Float64Array | undefined;
  return (x, y, dim, out, stride) => {
    const yStart = x.rows * dim;
    const outStart = yStart + y.rows * dim;
    const width = y.rows;
    const missing = (outStart + x.rows * width) * BYTES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    const numbers = new Float64Array(memory.buffer);
    if (resident !== x.panels) numbers.set(x.panels);
    resident = x.panels;
    numbers.set(y.panels, yStart);
    for (let i = 0; i < x.rows; i += PANEL) {
      for (let j = 0; j < width; j += PANEL) {
        const [from, to] = [i * dim * BYTES, (i + PANEL) * dim * BYTES];
        panel(from, (yStart + j * dim) * BYTES, to, (outStart + i * width + j) * BYTES, width * BYTES);
      }
    }
    for (let i = 0; i < x.rows; i++) {
      const at = outStart + i * width;
      out.set(numbers.subarray(at, at + width), i * stride);
    }
  };
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
const F64X2_MUL = 0xf2;

/** Locals: the five parameters, eight sums (two pairs each), four coordinates of y in two registers, one of x in both lanes. */
const [x, y, xEnd, out, outStride, sums, yLow, yHigh, xBoth] = [0, 1, 2, 3, 4, 5, 13, 14, 15] as const;

function panelModule(): Uint8Array {
  const signature = [1, 0x60, 5, I32, I32, I32, I32, I32, 0];
  const exported = [2, ...name("memory"), 2, 0, ...name("panel"), 0, 0];
  const body = [1, 11, V128, ...accumulate(), ...storeSums(), END];
  return Uint8Array.from([
    ...[0x00, ...letters("asm"), 1, 0, 0, 0],
    ...section(1, signature),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, exported),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** loop { load 4 of y; for each of 4 of x: sums += x·y; advance both; } while (x < xEnd) */
function accumulate(): number[] {
  const code = [0x03, 0x40, ...load(LOAD, y, 0), ...set(yLow), ...load(LOAD, y, 16), ...set(yHigh)];
  for (let row = 0; row < PANEL; row++) {
    code.push(...load(LOAD_SPLAT, x, row * BYTES), ...set(xBoth));
    for (const [half, columns] of [yLow, yHigh].entries()) {
      const sum = sums + 2 * row + half;
      code.push(...get(sum), ...get(xBoth), ...get(columns), ...simd(F64X2_MUL), ...simd(F64X2_ADD), ...set(sum));
    }
  }
  const step = [0x41, PANEL * BYTES, I32_ADD];
  const advance = [...get(y), ...step, ...set(y), ...get(x), ...step, ...set(x)];
  return [...code, ...advance, ...get(x), ...get(xEnd), I32_LESS_UNSIGNED, 0x0d, 0, END];
}

function storeSums(): number[] {
  return Array.from({ length: PANEL }, (_, row) => {
    const store = (half: number) => [...get(out), ...get(sums + 2 * row + half), ...simd(STORE), 3, 16 * half];
    return [...store(0), ...store(1), ...get(out), ...get(outStride), I32_ADD, ...set(out)];
  }).flat();
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
