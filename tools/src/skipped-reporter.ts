// Says aloud what was not tested, and why: the titles of skipped suites and tests carry the reason.

import type { Reporter, TestModule } from "vitest/node";

export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = new Set<string>();
    for (const module of modules) {
      for (const test of module.children.allTests("skipped")) {
        const suite = test.parent.type === "suite" ? test.parent.fullName : test.fullName;
        skipped.add(`${module.project.name}: ${suite}`);
      }
    }
    console.log(skipped.size === 0 ? "\nNothing was skipped." : "\nSKIPPED:");
    for (const title of skipped) console.log(`  ${title}`);
  }
}
