import { customGrad, engine, env, getKernel, getKernelsForBackend } from "@tensorflow/tfjs-core";
import type { TfjsCore } from "./tfjs-core.ts";

/** The installed tfjs-core; by name, so that a bundler drops the operations nobody uses. */
export const installedCore: TfjsCore = { customGrad, engine, env, getKernel, getKernelsForBackend };
