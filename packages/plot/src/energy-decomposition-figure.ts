// The terms of the energy at several temperatures, one small panel per temperature.

import { assertFiniteNumber, assertList, assertRecord, fail } from "./check-data.ts";
import { energyTermLabels, lollipopsOf, panelsLayout, termKeys } from "./energy-lollipops.ts";
import { type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatNumber, formatTick } from "./format.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";

/** The terms at one temperature, all in nats. */
export interface EnergyTerms {
  /** E U/τ = −mean_i s(x_i, y_i)/τ. */
  readonly potential: number;
  /** Mean over x_i of log Γ of the second modality. */
  readonly logPartitionXY: number;
  /** Mean over y_i of log Γ of the first modality. */
  readonly logPartitionYX: number;
  /** Mean over x_i of log Γ of the first modality. */
  readonly logPartitionXX: number;
  /** Mean over y_i of log Γ of the second modality. */
  readonly logPartitionYY: number;
  /** Kernel-smoothed D_S = ½(XX − XY + YY − YX), the gap term. */
  readonly divergence: number;
  /** Symmetric InfoNCE. */
  readonly infoNCE: number;
}

/**
 * The terms at one temperature with and without each sample's own term in its log-partition: the sample itself within a modality,
 * its match across. At least one of both forms.
 */
export interface EnergyLevel {
  /** Temperature τ > 0. */
  readonly temperature: number;
  /** Own terms counted, as the loss sees them. */
  readonly all?: EnergyTerms | undefined;
  /** Own terms left out, as density estimation needs. */
  readonly leaveOneOut?: EnergyTerms | undefined;
}

/** The energy decomposition at one or more temperatures. */
export interface EnergyDecompositionData {
  readonly names: ModalityNames;
  readonly levels: readonly EnergyLevel[];
}

/**
 * Draws each term of the energy as a signed lollipop with its value, one panel per temperature, each with a scale of its own.
 *
 * A term that is the same in both forms is drawn once, the others in the forms given.
 * Limits: all terms 0 → markers on the zero line.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 * Source: arXiv:2601.19597.
 */
export function energyDecompositionFigure(data: EnergyDecompositionData, options: FigureOptions): string {
  const where = "energyDecompositionFigure";
  const context = figureContext(where, options, "nce-energy-decomposition");
  checkData(where, data);
  const { names, levels } = data;
  return figureMarkup(context, {
    ...panelsLayout(context, levels, labelNames(context, names)),
    title: `Energy decomposition of ${names.x} and ${names.y}`,
    description: levels.map((level) => inWords(names, level)).join(" "),
  });
}

function checkData(where: string, data: EnergyDecompositionData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  assertList(where, "levels", data.levels);
  for (const [i, level] of data.levels.entries()) checkLevel(where, `levels[${i}]`, level);
}

function checkLevel(where: string, argument: string, level: EnergyLevel): void {
  assertRecord(where, argument, level);
  const { temperature } = level;
  assertFiniteNumber(where, `${argument}.temperature`, temperature);
  if (temperature <= 0) fail("E_OPTION", where, `${argument}.temperature`, "a number > 0", String(temperature));
  if (level.all === undefined && level.leaveOneOut === undefined) {
    fail("E_SHAPE", where, argument, "a record with `all` or `leaveOneOut`", "neither");
  }
  for (const form of ["all", "leaveOneOut"] as const) {
    const terms = level[form];
    if (terms === undefined) continue;
    assertRecord(where, `${argument}.${form}`, terms);
    for (const key of termKeys) assertFiniteNumber(where, `${argument}.${form}.${key}`, terms[key]);
  }
}

function inWords(names: ModalityNames, level: EnergyLevel): string {
  const forms = { both: "", all: " (own term counted)", leaveOneOut: " (own term left out)" };
  const labels = energyTermLabels(names);
  const terms = lollipopsOf(level).map(({ key, form, value }) => `${labels[key]}${forms[form]} ${formatNumber(value)}`);
  return `τ = ${formatTick(level.temperature)}, nats: ${terms.join("; ")}.`;
}
