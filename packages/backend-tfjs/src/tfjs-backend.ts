import type { Backend } from "@nce-geometry/tensor";

/** A backend of the contract that computes with TensorFlow.js. */
export interface TfjsBackend extends Backend {
  /** The name under which TensorFlow.js knows it: `cpu`, `wasm`, `webgpu`, `tensorflow`. */
  readonly tfName: string;
}
