// A function on the unit sphere, given on a grid of polar angles and azimuths.

import { assertFinite, assertLength, assertList, fail } from "./check-data.ts";

/** values[i][j] at polar angle π(i + ½)/rows and azimuth 2πj/columns, rows ≥ 2, columns even. */
export type SphereGrid = readonly (readonly number[])[];

/** A unit vector. */
export type SpherePoint = readonly [x: number, y: number, z: number];

export function assertSphereGrid(where: string, argument: string, grid: SphereGrid): void {
  assertList(where, argument, grid, 2);
  assertList(where, `${argument}[0]`, grid[0], 2);
  const columns = grid[0]!.length;
  if (columns % 2 !== 0) {
    fail("E_SHAPE", where, `${argument}[0]`, "of even length, so that rows continue beyond the poles", `${columns}`);
  }
  for (const [i, row] of grid.entries()) {
    assertLength(where, `${argument}[${i}]`, row, columns, "azimuth");
    assertFinite(where, `${argument}[${i}]`, row);
  }
}

/** Refuses points that are not on the unit sphere; how far off rounding to six digits may put them. */
export function assertSpherePoints(where: string, argument: string, points: readonly SpherePoint[], least = 1): void {
  assertList(where, argument, points, least);
  for (const [i, point] of points.entries()) {
    assertLength(where, `${argument}[${i}]`, point, 3, "coordinate");
    assertFinite(where, `${argument}[${i}]`, point);
    const norm = Math.hypot(...point);
    if (Math.abs(norm - 1) > 1e-5) fail("E_OPTION", where, `${argument}[${i}]`, "a unit vector", `length ${norm}`);
  }
}

/** The value at a longitude and a latitude in radians, bilinear between the points of the grid. */
export function sphereGridValue(grid: SphereGrid, longitude: number, latitude: number): number {
  const [rows, columns] = [grid.length, grid[0]!.length];
  const row = ((Math.PI / 2 - latitude) / Math.PI) * rows - 0.5;
  const column = (longitude / (2 * Math.PI)) * columns;
  const [i, j] = [Math.floor(row), Math.floor(column)];
  const [down, across] = [row - i, column - j];
  const at = (a: number, b: number): number => {
    // Beyond a pole the grid goes on at the opposite azimuth.
    const over = a < 0 || a >= rows;
    const line = grid[a < 0 ? -1 - a : a >= rows ? 2 * rows - 1 - a : a]!;
    const shifted = b + (over ? columns / 2 : 0);
    return line[((shifted % columns) + columns) % columns]!;
  };
  const upper = (1 - across) * at(i, j) + across * at(i, j + 1);
  const lower = (1 - across) * at(i + 1, j) + across * at(i + 1, j + 1);
  return (1 - down) * upper + down * lower;
}

/** Least and largest value. */
export function sphereGridRange(grid: SphereGrid): readonly [number, number] {
  const values = grid.flat();
  const least = values.reduce((a, b) => Math.min(a, b));
  return [least, values.reduce((a, b) => Math.max(a, b))];
}
