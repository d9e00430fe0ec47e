import { packageTests } from "../../vitest.base.ts";

// The sources keep no state between files, so that each worker loads them once. A machine under load is no failure.
export default packageTests({ isolate: false, testTimeout: 30_000 });
