import { packageTests } from "../../vitest.base.ts";

// The sources keep no state between files, so that each worker loads them once.
export default packageTests({ isolate: false });
