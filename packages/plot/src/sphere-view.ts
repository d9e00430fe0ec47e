// The sphere in orthographic projection: bands of a function, graticule, circles around points, and dots.

import * as Plot from "@observablehq/plot";
import { type GeoProjection, geoCircle, geoDistance, geoGraticule, geoOrthographic, geoPath } from "d3-geo";
import type { FigureContext } from "./figure.ts";
import { type SphereGrid, type SpherePoint, sphereGridValue } from "./sphere-grid.ts";
import { coordinate, type MarkupNode, markupOf, tag } from "./svg.ts";

/** What all spheres of a figure share. */
export interface SphereScene {
  /** Function shown by colour. */
  readonly grid: SphereGrid;
  /** Values between two colours, increasing; one fewer than `colors`. */
  readonly thresholds: readonly number[];
  /** Colours from the lowest band to the highest. */
  readonly colors: readonly string[];
  /** Where circles are drawn. */
  readonly centres: readonly SpherePoint[];
  /** Their angular radius in radians. */
  readonly capRadius: number;
  /** Radius of the sphere in px. */
  readonly radius: number;
}

/** Dots on one of the spheres. */
export interface SphereDots {
  readonly points: readonly SpherePoint[];
  readonly color: string;
  /** Radius of a dot in px. */
  readonly dotRadius: number;
}

/** Draws a sphere around (x, y) with dots on the side that faces the viewer. */
export type DrawSphere = (x: number, y: number, dots: SphereDots) => string;

/** A sphere seen from between the centres, with the first and the last of them at one height; what never changes is made once. */
export function sphereScene(context: FigureContext, scene: SphereScene): DrawSphere {
  const { theme } = context;
  const { centres, radius } = scene;
  const view = viewOf(centres, radius);
  const under = bands(context, scene, view) + outside(context, radius) + graticule(context, view);
  const over = [
    ...centres.map((centre) => ring(context, view, { centre, capRadius: scene.capRadius })),
    ...centres.map((centre) => cross(context, view, centre)),
    tag("circle", { cx: 0, cy: 0, r: radius, fill: "none", stroke: theme.muted }),
  ].join("");
  return (x, y, dots) => {
    const transform = `translate(${coordinate(x)},${coordinate(y)})`;
    return tag("g", { transform }, under, dotPath(view, dots), over);
  };
}

/** A projection around (0, 0) and the point in its middle, in degrees. */
interface View {
  readonly projection: GeoProjection;
  readonly middle: [number, number];
}

/** Seen from above the middle of the centres, turned so that the way from the first to the last runs level to the right. */
function viewOf(centres: readonly SpherePoint[], radius: number): View {
  const middle = middleOf(centres);
  const [longitude, latitude] = middle;
  const turned = (turn: number): GeoProjection =>
    geoOrthographic().scale(radius).translate([0, 0]).clipAngle(90).rotate([-longitude, -latitude, turn]);
  const wayOf = (projection: GeoProjection): readonly [number, number] => {
    const [first, last] = [centres[0]!, centres.at(-1)!].map((centre) => projection(degrees(centre))!);
    return [last![0] - first![0], last![1] - first![1]];
  };
  const [right, down] = wayOf(turned(0));
  const slope = (Math.atan2(down, right) * 180) / Math.PI;
  // Which way a positive turn goes is the library's convention: the one that ends level is right.
  const [one, other] = [turned(slope), turned(-slope)];
  const projection = Math.abs(wayOf(one)[1]) <= Math.abs(wayOf(other)[1]) ? one : other;
  return { projection, middle };
}

/** Longitude and latitude in degrees of the mean direction; of the first point where the mean has none. */
function middleOf(points: readonly SpherePoint[]): [number, number] {
  const sum = [0, 1, 2].map((axis) => points.reduce((total, point) => total + point[axis]!, 0));
  const length = Math.hypot(...sum);
  if (length < 1e-6) return degrees(points[0]!);
  return degrees([sum[0]! / length, sum[1]! / length, sum[2]! / length]);
}

function degrees([x, y, z]: SpherePoint): [number, number] {
  const turn = 180 / Math.PI;
  return [Math.atan2(y, x) * turn, Math.atan2(z, Math.hypot(x, y)) * turn];
}

/** Where a point is seen, if it faces the viewer. */
function seen({ projection, middle }: View, point: SpherePoint): readonly [number, number] | undefined {
  const place = degrees(point);
  return geoDistance(middle, place) < Math.PI / 2 ? projection(place)! : undefined;
}

/** Bands of equal colour over the square around the disc; values at the rim go on outside, where they are covered later. */
function bands({ document }: FigureContext, scene: SphereScene, { projection }: View): string {
  const { grid, thresholds, colors, radius } = scene;
  const valueAt = (x: number, y: number): number => {
    const far = Math.hypot(x, y) / (0.999 * radius);
    const scale = far > 1 ? 1 / far : 1;
    const [longitude, latitude] = projection.invert!([x * scale, y * scale])!;
    return sphereGridValue(grid, (longitude * Math.PI) / 180, (latitude * Math.PI) / 180);
  };
  const bounds = { x1: -radius, x2: radius, y1: -radius, y2: radius };
  const svg = Plot.plot({
    document: document as unknown as NonNullable<Plot.PlotOptions["document"]>,
    axis: null,
    width: 2 * radius,
    height: 2 * radius,
    margin: 0,
    x: { type: "linear", domain: [-radius, radius] },
    y: { type: "linear", domain: [radius, -radius] },
    color: { type: "ordinal", domain: [...thresholds], range: colors.slice(1) },
    marks: [Plot.contour({ ...bounds, fill: valueAt, thresholds: [...thresholds], pixelSize: 3, stroke: "none" })],
  });
  const drawn = markupOf(svg as unknown as MarkupNode);
  // The bare paths, as Plot shifts the group around them by half a pixel on some screens.
  const paths = [...drawn.matchAll(/<path d="([^"]*)" fill="([^"]*)"/g)].map(([, d, fill]) => tag("path", { d, fill }));
  const place = { transform: `translate(${coordinate(-radius)},${coordinate(-radius)})`, "aria-label": "bands" };
  return tag("circle", { cx: 0, cy: 0, r: radius, fill: colors[0] }) + tag("g", place, ...paths);
}

/** Background over what of the square lies outside the disc. */
function outside({ theme }: FigureContext, radius: number): string {
  const [r, wide, half] = [radius, 2 * radius, radius + 2].map(coordinate);
  const box = `M-${half},-${half}H${half}V${half}H-${half}Z`;
  const hole = `M-${r},0a${r},${r},0,1,0,${wide},0a${r},${r},0,1,0,-${wide},0Z`;
  return tag("path", { d: box + hole, fill: theme.background, "fill-rule": "evenodd" });
}

function graticule({ theme }: FigureContext, { projection }: View): string {
  // Curves to half a px, a tenth of a px exact: these lines are thin and faint.
  const path = geoPath(projection.precision(0.5)).digits(1);
  const d = path(geoGraticule().step([30, 30]).precision(10)()) ?? "";
  return tag("path", { d, fill: "none", stroke: theme.ink, "stroke-width": 0.5, "stroke-opacity": 0.3 });
}

function ring(
  { theme }: FigureContext,
  { projection }: View,
  { centre, capRadius }: { readonly centre: SpherePoint; readonly capRadius: number },
): string {
  const angle = (capRadius * 180) / Math.PI;
  const { coordinates } = geoCircle().center(degrees(centre)).radius(angle).precision(6)();
  // A line, not an area: where the horizon hides a part, the outline ends there.
  const d = geoPath(projection).digits(2)({ type: "MultiLineString", coordinates });
  return d === null
    ? ""
    : tag("path", { d, fill: "none", stroke: theme.ink, "stroke-width": 1.5, "stroke-dasharray": "3,2" });
}

function cross({ theme }: FigureContext, view: View, centre: SpherePoint): string {
  const place = seen(view, centre);
  if (place === undefined) return "";
  const [x, y] = place;
  const d = `M${coordinate(x - 3)},${coordinate(y)}h6M${coordinate(x)},${coordinate(y - 3)}v6`;
  return tag("path", { d, fill: "none", stroke: theme.ink, "stroke-width": 1.5, "aria-description": "well" });
}

function dotPath(view: View, { points, color, dotRadius }: SphereDots): string {
  const places = points.map((point) => seen(view, point)).filter((place) => place !== undefined);
  if (places.length === 0) return "";
  const d = places.map(([x, y]) => `M${tenth(x)},${tenth(y)}h0`).join("");
  const stroke = { stroke: color, "stroke-width": 2 * dotRadius, "stroke-linecap": "round", "stroke-opacity": 0.85 };
  return tag("path", { d, fill: "none", ...stroke, "aria-description": "particles" });
}

/** A coordinate to a tenth of a px: enough for a dot. */
function tenth(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}
