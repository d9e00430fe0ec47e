// What this package uses of tfjs-core. It is passed in rather than imported, so that a page that already carries a copy
// (the union package, a script tag) needs no second one; all copies share one engine.

import type * as tf from "@tensorflow/tfjs-core";

/** The part of `@tensorflow/tfjs-core`, or of `@tensorflow/tfjs`, that a backend is built on. */
export type TfjsCore = Pick<typeof tf, "customGrad" | "engine" | "env" | "getKernel" | "getKernelsForBackend">;

/** A tensor of TensorFlow.js. */
export type TfTensor = tf.Tensor;

/** One of rank 0. */
export type TfScalar = tf.Scalar;

/** An instance of one of its backends. */
export type TfBackendInstance = ReturnType<ReturnType<TfjsCore["engine"]>["findBackend"]>;
