import { type PhiloxBlocks, scalarPhiloxBlocks } from "./philox.ts";
import { compilePhilox } from "./wasm-philox.ts";

/** Chosen at the first call. */
let chosen: PhiloxBlocks | undefined;

/** Fills an array with the blocks of a stream; in WebAssembly where that is to be had, with the same words. */
export const philoxBlocks: PhiloxBlocks = (first, stream, out) => {
  chosen ??= compilePhilox() ?? scalarPhiloxBlocks;
  chosen(first, stream, out);
};
