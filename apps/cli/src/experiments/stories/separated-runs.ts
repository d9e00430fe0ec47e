// Which runs of E3 end separated, all misalignments together, in sentences and as a table.

import {
  type GapOverMisalignments,
  type MultimodalGapConfig,
  multimodalGap,
  type OverSeeds,
  overSeeds,
  publishedRunsOfSeed,
  publishedSeparatedRuns,
  shareOverSeeds,
} from "@nce-geometry/experiments";
import type { StoryTable } from "../story.ts";
import { countText, meanText, quartilesText, shareText } from "./words.ts";

/** Denominators in words. */
export const denominatorNames = { cross: "cross (CLIP)", own: "own", pooled: "pooled", mixed: "mixed" } as const;

/** How many runs ended separated, of how many seeds, and against the first denominator. */
export function separationText({ separated, separatedRuns, excess }: GapOverMisalignments, first: string): string {
  const ofSeeds = separatedRuns.filter((runs) => runs > 0).length;
  const where = ofSeeds === 0 ? "" : `, all from ${ofSeeds} of the ${separated.seeds} seeds`;
  const compared = excess === null ? "" : `; against ${first} on the same seeds ${inPercent(excess)} percentage points`;
  return `${shareText(separated)} runs end separated, the interval with seeds as clusters${where}${compared}`;
}

/** What tells the two states apart; nothing where there is only one. */
export function thinnessText({
  denominator,
  singularRatio: { compatible, separated },
}: GapOverMisalignments): string[] {
  if (compatible === null || separated === null) return [];
  return [
    `${denominatorNames[denominator]}: the smaller singular value of an encoder, in the thinner one of the two, is ${quartilesText(separated)} times the larger one in separated runs, ${quartilesText(compatible)} times in compatible ones.`,
  ];
}

/** The separated share beside that of the paper's script, where the settings are the same. */
export function againstThePaper(config: MultimodalGapConfig, overall: readonly GapOverMisalignments[]): string[] {
  const here = overall.find(({ denominator }) => denominator === "cross");
  if (here === undefined || !isPublishedSetting(config)) return [];
  const there = shareOverSeeds(
    publishedSeparatedRuns.map((separated) => Array.from({ length: publishedRunsOfSeed }, (_, k) => k < separated)),
  );
  const [one, other] = [here.separatedRuns, publishedSeparatedRuns].map((runs) =>
    overSeeds(runs.map((separated) => separated / publishedRunsOfSeed)),
  );
  const difference = one!.mean - other!.mean;
  const standardError = one!.standardError === null ? null : Math.hypot(one!.standardError, other!.standardError!);
  return [
    `The paper's own script, with its defaults, separates in ${shareText(there)} runs of ${there.seeds} seeds; this run differs by ${inPercent({ mean: difference, standardError, seeds: there.seeds })} percentage points. Its first weights follow the same law, but are other draws.`,
  ];
}

/** Whether only seeds and denominators are chosen otherwise. */
function isPublishedSetting(config: MultimodalGapConfig): boolean {
  const { seeds, denominators, ownWeight } = config;
  const published = multimodalGap.defaults("full");
  return (
    JSON.stringify({ ...published, seeds, denominators, ownWeight }) === JSON.stringify({ ...published, ...config })
  );
}

/** All of it as a table, a denominator a row. */
export function separatedTable(overall: readonly GapOverMisalignments[], first: string): StoryTable {
  return {
    title: "All σ together: separated runs, and the ratio of the singular values of the thinner encoder",
    columns: [
      "denominator",
      "separated, seeds as clusters",
      "seeds with such a run",
      `against ${first}, same seeds`,
      "ratio, separated",
      "ratio, compatible",
    ],
    rows: overall.map(({ denominator, separated, separatedRuns, excess, singularRatio }) => [
      denominatorNames[denominator],
      countText(separated),
      `${separatedRuns.filter((runs) => runs > 0).length} of ${separated.seeds}`,
      excess === null ? "–" : `${inPercent(excess)} points`,
      quartilesText(singularRatio.separated),
      quartilesText(singularRatio.compatible),
    ]),
  };
}

function inPercent({ mean, standardError, seeds }: OverSeeds): string {
  return meanText({ mean: 100 * mean, standardError: standardError === null ? null : 100 * standardError, seeds });
}
