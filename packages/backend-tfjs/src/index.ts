export { type CreateTfjsBackendOptions, createTfjsBackend } from "./create-tfjs-backend.ts";
export type { TfjsBackend } from "./tfjs-backend.ts";
export type { TfjsCore, TfScalar, TfTensor } from "./tfjs-core.ts";
export { toTfFunction } from "./to-tf-function.ts";
export { unwrap, wrap } from "./wrap.ts";
