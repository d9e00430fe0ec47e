// What an experiment has to say: in words, in numbers, in pictures.

import type { ExperimentResult } from "@nce-geometry/experiments";
import type { FigureDocument } from "@nce-geometry/plot";

export interface StoryFigure {
  /** File name without its extension. */
  readonly name: string;
  readonly svg: string;
  readonly caption: string;
}

export interface StoryTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Story {
  /** The question, in a sentence or two. */
  readonly question: string;
  /** What the paper shows. */
  readonly published: string;
  /** What this run found, most important first; every number with how sure it is. */
  readonly findings: readonly string[];
  /** Why, and where the published picture misleads. */
  readonly reasons: readonly string[];
  readonly figures: readonly StoryFigure[];
  readonly tables: readonly StoryTable[];
}

/** Makes the story of a result. */
export type Storyteller = (result: ExperimentResult, document: FigureDocument) => Story;
