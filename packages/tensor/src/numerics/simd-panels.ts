// The kernels of panel products in WebAssembly SIMD.

import { PANEL, type PanelKernels, type Panels } from "./panel-products.ts";
import {
  ADD,
  advance,
  get,
  I32_ADD,
  instantiate,
  load,
  loadTwice,
  MUL,
  repeat,
  reserve,
  SUB,
  set,
  store,
  type WasmExports,
  type WasmFunction,
} from "./wasm-code.ts";

/** One panel of x with all the panels of y. All positions in bytes: panel of x and its end, y, first sum, distance of two rows of sums. */
type PanelFunction = (x: number, y: number, xEnd: number, out: number, outStride: number) => void;
interface PanelExports extends WasmExports {
  readonly products: PanelFunction;
  readonly differences: PanelFunction;
}

const BYTES = Float64Array.BYTES_PER_ELEMENT;

/**
 * The kernels, or undefined where there is no WebAssembly SIMD.
 *
 * Numerics: two pairs share an instruction, each in a lane of its own, products rounded before they are added: the bits of the
 *           scalar sum in ascending order.
 */
export function compilePanelKernels(): PanelKernels | undefined {
  const module = instantiate<PanelExports>([
    panelFunction("products", []),
    panelFunction("differences", loadOrigins()),
  ]);
  return module && panelKernels(module);
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
  reserve(memory, end * BYTES);
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

/** Parameters: where the next panels and the next sums are. */
const [x, y, xEnd, out, outStride] = [0, 1, 2, 3, 4] as const;
/** Integers: the next entry of x, the row of sums at hand, the end of the first row. */
const [xNext, row, outEnd] = [5, 6, 7] as const;
/** Vectors: eight sums (two pairs each), four coordinates of y, one of x in both lanes, what is subtracted for each sum, and 0. */
const [sums, yLow, yHigh, xBoth, origins, zero, locals] = [8, 16, 17, 18, 19, 27, 28] as const;

/** for each panel of y { start; sums = 0; go through both panels; store the sums; } */
function panelFunction(name: string, start: readonly number[]): WasmFunction {
  const clear = Array.from({ length: 2 * PANEL }, (_, pair) => [...get(zero), ...set(sums + pair)]).flat();
  const panel = [...start, ...clear, ...get(x), ...set(xNext), ...accumulate(start.length > 0), ...storeSums()];
  const end = [...get(out), ...get(outStride), ...I32_ADD, ...set(outEnd)];
  const code = [...end, ...repeat([...panel, ...advance(out, PANEL * BYTES)], out, outEnd)];
  return { name, parameters: xNext, integers: sums - xNext, vectors: locals - sums, code };
}

/** Both panels to their end: for each of 4 of x and 4 of y sums += x·y, or x·(y − origin). */
function accumulate(relative: boolean): number[] {
  const code = [...load(y, 0), ...set(yLow), ...load(y, 16), ...set(yHigh)];
  for (let lane = 0; lane < PANEL; lane++) {
    code.push(...loadTwice(xNext, lane * BYTES), ...set(xBoth));
    for (const [half, columns] of [yLow, yHigh].entries()) {
      const pair = 2 * lane + half;
      const origin = relative ? [...get(origins + pair), ...SUB] : [];
      const factors = [...get(xBoth), ...get(columns), ...origin];
      code.push(...get(sums + pair), ...factors, ...MUL, ...ADD, ...set(sums + pair));
    }
  }
  return repeat([...code, ...advance(y, PANEL * BYTES), ...advance(xNext, PANEL * BYTES)], xNext, xEnd);
}

function loadOrigins(): number[] {
  return atEveryPair((pair, offset) => [...load(row, offset), ...set(origins + pair)]);
}

function storeSums(): number[] {
  return atEveryPair((pair, offset) => store(row, offset, get(sums + pair)));
}

/** Code for each of the eight pairs of sums, which lies at `offset` in the row at hand. */
function atEveryPair(code: (pair: number, offset: number) => readonly number[]): number[] {
  const rows = Array.from({ length: PANEL }, (_, lane) => {
    return [...code(2 * lane, 0), ...code(2 * lane + 1, 16), ...get(row), ...get(outStride), ...I32_ADD, ...set(row)];
  });
  return [...get(out), ...set(row), ...rows.flat()];
}
