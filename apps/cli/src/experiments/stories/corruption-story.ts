import type {
  CorruptionOfModel,
  CorruptionSummary,
  HeldOutChanges,
  HeldOutMeans,
  OverSeeds,
  WithInterval,
} from "@nce-geometry/experiments";
import { corruptionFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, StoryFigure, StoryTable, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

/** E5: what do wrong partners do? */
export const corruptionStory: Storyteller = (result, document) => {
  const { models } = result.summary as unknown as CorruptionSummary;
  const given = "data" in (result.config as object);
  return {
    question: given
      ? "Captions are often of the wrong thing. Linear heads are trained on frozen features of pairs, of which a share p was given the partner of another; what happens to the retrieval of held-out items, and what to the gap?"
      : "Captions are often about the right kind of thing, and of the wrong one. Heads are trained on pairs of which a share p was re-paired within its category; what happens to retrieval, and what to the gap?",
    published: "Retrieval falls and the gap grows as more captions are swapped within their category.",
    findings: [
      ...allInWords(models),
      ...models.flatMap((model) =>
        [retrievalInWords, gapInWords, startInWords].map((tell) =>
          given ? `${model.model}: ${tell(model)}` : capitalized(tell(model)),
        ),
      ),
    ],
    reasons: given ? givenReasons : syntheticReasons,
    figures: models.map((model) => figure(model, given ? `-${model.model}` : "", document)),
    tables: models.flatMap((model) => [retrievalTable(model), gapTable(model)]),
  } satisfies Story;
};

const ofNoise =
  "Held-out partners that lie farther apart make the distance of the two centroids of a finite sample longer without any gap: its noise floor is √(Σ‖d_i − Δ‖²/(n(n−1))), with d_i the difference of pair i. The squared gap less the squared floor, and the energy distance in its paired form, are free of that bias: judge growth by them. A change is called one where the 95 % interval of Student’s law over the seeds leaves out 0.";

const syntheticReasons = [
  "A wrong partner of the right category pulls an item towards the mean of its category. Heads that learn from many of them agree on categories more than on items, which is what recall asks for; whether the centroids move apart as well depends on what the swapping leaves the two heads to disagree about.",
  ofNoise,
];

const givenReasons = [
  "A partner of another item says nothing of this one, so that what is learned from it is of no use for held-out items. It is learned all the same where the loss ends low at every p: with fewer training pairs than dimensions, linear heads can learn any pairing by heart. Then even heads trained on right pairs may find fewer held-out partners than the features themselves.",
  "The loss also asks that candidates be told apart, whatever the pairing: it spreads both modalities, which brings both centroids towards the origin. The gap is at most the sum of their norms, so that training can close most of a gap at every p.",
  ofNoise,
  "The features are given without categories, so that a wrong partner is that of any other training item. With several captions of an item one of them is drawn whenever the item is in a batch; held-out items are judged with one caption each, drawn once per seed. Errors are over seeds, that is over splits, first heads and orders of these items: they say nothing of other items.",
];

function retrievalInWords({ points, change, training, heldOut }: CorruptionOfModel): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const sizes = `${training} training pairs, ${heldOut} held out`;
  if (change === null) return `recall@1 at p = ${first.fraction} is ${meanText(first.recall)} (${sizes}).`;
  const kind =
    last.categoryRecall === null
      ? ""
      : ` The category of the best candidate is right for ${meanText(last.categoryRecall)} of the queries even at p = ${last.fraction}.`;
  return `recall@1 of held-out right partners goes from ${meanText(first.recall)} at p = ${first.fraction} to ${meanText(last.recall)} at p = ${last.fraction}, where chance is ${formatNumber(1 / heldOut)}; the change of the same seed is ${meanText(change.recall)}: ${verdict(change.recall)} (${sizes}).${kind}`;
}

function gapInWords({ points, change }: CorruptionOfModel): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (change === null) return `the centroid gap is ${gapText(first)}.`;
  return `the centroid gap goes from ${gapText(first)} to ${gapText(last)}. Less that of noise, its square changes by ${meanText(change.squaredGap)}: ${verdict(change.squaredGap)}; the energy distance changes by ${meanText(change.energyDistance)}: ${verdict(change.energyDistance)}.`;
}

/** What training itself does, beside what corruption does. */
function startInWords({ features, untrained, points, heldOut }: CorruptionOfModel): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  return `without training, the features have recall@1 ${meanText(features.recall)} and a centroid gap of ${meanText(features.centroidGap)}, the first heads ${meanText(untrained.recall)} and ${meanText(untrained.centroidGap)}. Training takes the mean norm of the two centroids from ${meanText(features.centroidNorm)} of the features to ${meanText(first.centroidNorm)} at p = ${first.fraction} and ${meanText(last.centroidNorm)} at p = ${last.fraction}; rows spread evenly would give ${formatNumber(1 / Math.sqrt(heldOut))} by chance.`;
}

function capitalized(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}

function gapText({ centroidGap, centroidFloor }: HeldOutMeans): string {
  return `${meanText(centroidGap)} (noise alone: ${meanText(centroidFloor)})`;
}

type Verdict = "it grows" | "it falls" | "the seeds cannot tell which way" | "a single seed tells no error";

function verdict({ interval }: WithInterval): Verdict {
  if (interval === null) return "a single seed tells no error";
  if (interval.low > 0) return "it grows";
  return interval.high < 0 ? "it falls" : "the seeds cannot tell which way";
}

/** Several models in a sentence. */
function allInWords(models: readonly CorruptionOfModel[]): readonly string[] {
  const known = models.flatMap(({ model, change }) => (change === null ? [] : [{ model, change }]));
  if (known.length < 2) return [];
  const tally = (of: (change: HeldOutChanges) => WithInterval): string => {
    const verdicts = known.map(({ model, change }) => ({ model, words: verdict(of(change)) }));
    return [...new Set(verdicts.map(({ words }) => words))]
      .map((words) => `${words} (${verdicts.flatMap((one) => (one.words === words ? [one.model] : [])).join(", ")})`)
      .join("; ");
  };
  return [
    `From the smallest p to the largest. Recall@1 of held-out partners: ${tally(({ recall }) => recall)}. Squared centroid gap less that of noise: ${tally(({ squaredGap }) => squaredGap)}.`,
  ];
}

function figure(
  { model, points, heldOut }: CorruptionOfModel,
  suffix: string,
  document: Parameters<Storyteller>[1],
): StoryFigure {
  const series = (label: string, of: (means: HeldOutMeans) => OverSeeds) => ({
    label,
    ...estimatesOf(points.map(of)),
  });
  const categories = points.flatMap(({ categoryRecall }) => categoryRecall ?? []);
  const svg = corruptionFigure(
    {
      shares: points.map(({ fraction }) => fraction),
      retrieval: [
        series("recall@1", ({ recall }) => recall),
        series("recall@10", ({ recallAt10 }) => recallAt10),
        ...(categories.length > 0 ? [{ label: "category", ...estimatesOf(categories) }] : []),
      ],
      gap: [
        series("centroid gap", ({ centroidGap }) => centroidGap),
        series("noise floor of it", ({ centroidFloor }) => centroidFloor),
        series("energy distance", ({ energyDistance }) => energyDistance),
      ],
      retrievalLabel: "share of the held-out queries",
      gapLabel: "gap (chord)",
      chance: 1 / heldOut,
      intervalLabel: twoErrors,
    },
    { document, title: `Retrieval and gap against the share of corrupted pairs${suffix ? `, ${model}` : ""}` },
  );
  const caption =
    "Heads trained on corrupted pairs, judged on held-out pairs with their right partners. Chance is that of recall@1.";
  return { name: `corruption${suffix}`, svg, caption: suffix ? `${model}. ${caption}` : caption };
}

function retrievalTable({ model, points, features, untrained }: CorruptionOfModel): StoryTable {
  const measures = (means: HeldOutMeans): readonly string[] => [
    meanText(means.recall),
    meanText(means.recallAt10),
    ...(means.categoryRecall ? [meanText(means.categoryRecall)] : []),
    meanText(means.pairCosine),
  ];
  const categories = features.categoryRecall ? ["category"] : [];
  return {
    title: `Retrieval of held-out partners, ${model}: mean ± standard error over seeds; loss of the last batch`,
    columns: ["", "recall@1", "recall@10", ...categories, "cosine of partners", "loss"],
    rows: [
      ["features", ...measures(features), "–"],
      ["first heads", ...measures(untrained), "–"],
      ...points.map((point) => [`p = ${point.fraction}`, ...measures(point), meanText(point.lastLoss)]),
    ],
  };
}

function gapTable({ model, points, features, untrained }: CorruptionOfModel): StoryTable {
  const measures = (means: HeldOutMeans): readonly string[] => [
    meanText(means.centroidGap),
    meanText(means.centroidFloor),
    meanText(means.squaredGap),
    meanText(means.energyDistance),
  ];
  return {
    title: `Gap of held-out pairs, ${model}: mean ± standard error over seeds`,
    columns: ["", "centroid gap", "noise floor", "gap² − floor²", "energy distance"],
    rows: [
      ["features", ...measures(features)],
      ["first heads", ...measures(untrained)],
      ...points.map((point) => [`p = ${point.fraction}`, ...measures(point)]),
    ],
  };
}
