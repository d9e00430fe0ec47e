import {
  assertFiniteNumber,
  assertIncreasing,
  assertLabel,
  assertLength,
  assertList,
  assertRange,
  assertRecord,
  fail,
} from "./check-data.ts";
import { mixColors, rampBar, rampHeight } from "./color-ramp.ts";
import {
  edge,
  type FigureContext,
  type FigureLayout,
  type FigureOptions,
  figureContext,
  figureMarkup,
  labelSize,
} from "./figure.ts";
import { formatCount, formatNumber, formatPercent, formatTick } from "./format.ts";
import { type KeyEntry, keyRow } from "./key.ts";
import { type MassSeries, massCurves, mostSimulations, type SimulatedMasses } from "./mass-curves.ts";
import {
  assertSphereGrid,
  assertSpherePoints,
  type SphereGrid,
  type SpherePoint,
  sphereGridRange,
} from "./sphere-grid.ts";
import { sphereScene } from "./sphere-view.ts";
import { lineHeight, textLines } from "./svg.ts";

/** Particles at one temperature. */
export interface WellSnapshot {
  /** Temperature τ > 0. */
  readonly temperature: number;
  /** Unit vectors; every one is a mark, so a sample of some hundred is plenty. */
  readonly particles: readonly SpherePoint[];
}

/** Particles in a potential on the sphere, and how much of them is near its wells. */
export interface TwoWellData {
  /** U on a grid over the sphere: [i][j] at polar angle π(i + ½)/rows and azimuth 2πj/columns; an even number of columns. */
  readonly potential: SphereGrid;
  /** The wells' bottoms, unit vectors. */
  readonly wells: readonly SpherePoint[];
  /** Radius around a well that counts as in it. Unit: rad, < π/2. */
  readonly capRadius: number;
  /** One picture per temperature, in this order. */
  readonly snapshots: readonly WellSnapshot[];
  /** What the particles are, e.g. "Langevin, 768 particles". */
  readonly particlesLabel: string;
  /** Exact masses within the radius of a well, of the Gibbs law. */
  readonly exact: MassSeries;
  /** Simulated ones, at most 3 of them. */
  readonly simulated: readonly SimulatedMasses[];
}

/** How many colours the potential is shown in. */
const bandCount = 8;

/**
 * Draws particles in a potential on the sphere, one picture per temperature, beside the exact and the simulated mass near the wells.
 *
 * The spheres are seen from between the wells, with the first and the last at one height; what is on the far side is not drawn, but counted in the shares.
 * Limits: a constant potential → one colour;  no particles → the potential alone.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 * Source: arXiv:2601.19597 (the two-well experiment).
 */
export function twoWellFigure(data: TwoWellData, options: FigureOptions): string {
  const where = "twoWellFigure";
  const context = figureContext(where, options, "nce-two-well");
  checkData(where, data);
  return figureMarkup(context, {
    ...layout(context, data),
    title: "Particles in a potential with two wells, and their mass in the wells against temperature",
    description: inWords(data),
  });
}

function checkData(where: string, data: TwoWellData): void {
  assertRecord(where, "data", data);
  assertSphereGrid(where, "potential", data.potential);
  assertSpherePoints(where, "wells", data.wells);
  assertFiniteNumber(where, "capRadius", data.capRadius);
  if (!(data.capRadius > 0 && data.capRadius < Math.PI / 2)) {
    fail("E_OPTION", where, "capRadius", "a number of rad in (0, π/2)", String(data.capRadius));
  }
  assertLabel(where, "particlesLabel", data.particlesLabel);
  assertList(where, "snapshots", data.snapshots);
  for (const [i, snapshot] of data.snapshots.entries()) {
    assertRecord(where, `snapshots[${i}]`, snapshot);
    assertTemperatures(where, `snapshots[${i}].temperature`, [snapshot.temperature]);
    assertSpherePoints(where, `snapshots[${i}].particles`, snapshot.particles, 0);
  }
  assertMasses(where, "exact", data.exact);
  assertList(where, "simulated", data.simulated, 0);
  if (data.simulated.length > mostSimulations) {
    fail("E_OPTION", where, "simulated", `at most ${mostSimulations} series`, String(data.simulated.length));
  }
  for (const [i, series] of data.simulated.entries()) {
    const name = `simulated[${i}]`;
    assertMasses(where, name, series);
    assertLabel(where, `${name}.label`, series.label);
    if (series.standardErrors === undefined) continue;
    assertLength(where, `${name}.standardErrors`, series.standardErrors, series.masses.length, "temperature");
    assertRange(where, `${name}.standardErrors`, series.standardErrors, [0, Number.POSITIVE_INFINITY]);
  }
}

function assertMasses(where: string, name: string, series: MassSeries): void {
  assertRecord(where, name, series);
  assertList(where, `${name}.temperatures`, series.temperatures);
  assertTemperatures(where, `${name}.temperatures`, series.temperatures);
  assertIncreasing(where, `${name}.temperatures`, series.temperatures);
  assertLength(where, `${name}.masses`, series.masses, series.temperatures.length, "temperature");
  assertRange(where, `${name}.masses`, series.masses, [0, 1]);
}

function assertTemperatures(where: string, name: string, values: readonly number[]): void {
  for (const value of values) {
    assertFiniteNumber(where, name, value);
    if (value <= 0) fail("E_OPTION", where, name, "> 0", String(value));
  }
}

/** Spheres on the left and the curves on the right, or above one another where there is no room. */
function layout(context: FigureContext, data: TwoWellData): FigureLayout {
  const { width } = context;
  const beside = width >= 640;
  const area = { left: edge, width: beside ? Math.round(0.56 * width) - edge : width - 2 * edge };
  const spheres = sphereTable(context, data, area);
  const curve = beside
    ? { left: area.left + area.width + 22, top: edge, width: width - area.left - area.width - 22 - edge }
    : { left: edge, top: spheres.bottom + 22, width: width - 2 * edge };
  const height = beside ? Math.max(180, Math.min(320, spheres.bottom - 170)) : 220;
  const yLabel = `Mass within ${formatTick(data.capRadius)} rad of a well`;
  const curves = massCurves(context, { ...data, yLabel }, { ...curve, height });
  return { height: Math.max(spheres.bottom, curves.bottom) + edge, body: [...spheres.markup, ...curves.markup] };
}

function sphereTable(
  context: FigureContext,
  data: TwoWellData,
  { left, width }: { readonly left: number; readonly width: number },
): { readonly markup: readonly string[]; readonly bottom: number } {
  const { theme } = context;
  const { snapshots, wells, capRadius, particlesLabel } = data;
  const columns = Math.min(snapshots.length, width >= 560 ? 4 : width >= 330 ? 3 : 2);
  const cell = Math.min(width / columns, 190);
  const radius = cell / 2 - 7;
  const scale = colorScale(context, data.potential);
  const caption = labelSize * lineHeight;
  const row = cell + caption + 8;
  const drawSphere = sphereScene(context, { grid: data.potential, ...scale, centres: wells, capRadius, radius });
  const markup = snapshots.flatMap(({ temperature, particles }, i) => {
    const x = left + (i % columns) * cell + cell / 2;
    const top = edge + Math.floor(i / columns) * row;
    const share = particles.length === 0 ? "" : `: ${formatPercent(massNear(data, particles))}`;
    const dots = { points: particles, color: theme.y, dotRadius: particles.length > 500 ? 1.1 : 1.5 };
    return [
      textLines([`τ = ${formatTick(temperature)}${share}`], x, top + caption / 2, { anchor: "middle" }),
      drawSphere(x, top + caption + 4 + radius, dots),
    ];
  });
  const bottom = edge + Math.ceil(snapshots.length / columns) * row;
  const ring: KeyEntry = {
    label: `${formatTick(capRadius)} rad around a well; % = share of the particles inside`,
    sample: { color: theme.ink, line: { width: 1.5, dash: "3,2" } },
  };
  const dot: KeyEntry = {
    label: `${particlesLabel} (near side shown)`,
    sample: { color: theme.y, marker: { shape: "circle", radius: 2.5 } },
  };
  const key = keyRow(snapshots.some(({ particles }) => particles.length > 0) ? [dot, ring] : [ring], {
    left,
    top: bottom,
    width,
  });
  const [low, high] = sphereGridRange(data.potential);
  const bar = {
    colors: scale.colors,
    label: "potential U",
    ends: [formatNumber(low), formatNumber(high)],
    outline: theme.muted,
  } as const;
  markup.push(key.markup, rampBar(bar, { left, top: bottom + key.height + 6, width: Math.min(180, width) }));
  return { markup, bottom: bottom + key.height + 6 + rampHeight };
}

/** Dark where the potential is low, so that the wells show. */
function colorScale(
  { theme }: FigureContext,
  grid: SphereGrid,
): { readonly thresholds: readonly number[]; readonly colors: readonly string[] } {
  const [low, high] = sphereGridRange(grid);
  const flat = !(high > low);
  const count = flat ? 1 : bandCount;
  const thresholds = Array.from({ length: count - 1 }, (_, i) => low + ((high - low) * (i + 1)) / count);
  const colors = Array.from({ length: count }, (_, i) =>
    mixColors(theme.x, theme.background, 0.28 + (0.68 * i) / Math.max(1, count - 1)),
  );
  return { thresholds, colors };
}

/** Share of the particles within the radius of a well. */
function massNear({ wells, capRadius }: TwoWellData, particles: readonly SpherePoint[]): number {
  const near = (a: SpherePoint, b: SpherePoint): boolean =>
    2 * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2)) <= capRadius;
  return particles.filter((particle) => wells.some((well) => near(particle, well))).length / particles.length;
}

function inWords(data: TwoWellData): string {
  const { exact, simulated, snapshots, particlesLabel, capRadius } = data;
  const list = ({ temperatures, masses }: MassSeries): string =>
    temperatures.map((temperature, i) => `${formatPercent(masses[i]!)} at τ = ${formatTick(temperature)}`).join(", ");
  const pictures = `${formatCount(snapshots.length)} spheres at τ = ${snapshots.map(({ temperature }) => formatTick(temperature)).join(", ")} (${particlesLabel}).`;
  const few =
    exact.temperatures.length > 12
      ? {
          temperatures: [exact.temperatures[0]!, exact.temperatures.at(-1)!],
          masses: [exact.masses[0]!, exact.masses.at(-1)!],
        }
      : exact;
  const masses = `Mass within ${formatTick(capRadius)} rad of a well: exact ${list(few)}`;
  return `${pictures} ${[masses, ...simulated.map((series) => `${series.label} ${list(series)}`)].join("; ")}.`;
}
