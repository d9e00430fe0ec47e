export type { Accuracy } from "./conformance/check-operation.ts";
export {
  type ConformanceOptions,
  conformanceSuite,
  type Unavailable,
} from "./conformance/conformance-suite.ts";
export { expectAllClose, expectClose, type Tolerance } from "./expect-close.ts";
export { expectGradient, type GradientCheck, type GradientCheckOptions, gradientCheck } from "./gradient-check.ts";
