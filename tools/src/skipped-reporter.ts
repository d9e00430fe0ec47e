// Says aloud what was not tested, and why: the titles of skipped suites and tests carry the reason.

import type { Reporter, TestModule } from "vitest/node";

export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = new Set<string>();
    for (const module of modules) {
      const suites = [...module.children.allSuites()].filter(({ options }) => options.mode === "skip");
      const tests = [...module.children.allTests("skipped")].filter(
        ({ parent }) => !suites.some((suite) => suite === parent),
      );
      for (const { fullName } of [...suites, ...tests]) skipped.add(`${module.project.name}: ${fullName}`);
    }
    console.log(skipped.size === 0 ? "\nNothing was skipped." : "\nSKIPPED:");
    for (const title of skipped) console.log(`  ${title}`);
  }
}
