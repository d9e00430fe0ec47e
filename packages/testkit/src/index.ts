export { expectAllClose, expectClose, type Tolerance } from "./expect-close.ts";
