/** A rectangle in px. */
export interface TagArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface TagSize {
  readonly width: number;
  readonly height: number;
}

/** Directions that are tried around a point, the most readable first. */
const directions = [
  [1, -1],
  [1, 0],
  [1, 1],
  [0, -1],
  [0, 1],
  [-1, -1],
  [-1, 0],
  [-1, 1],
] as const;

/** Distances from the point in px; beyond the last the tag takes the nearest free place of a grid. */
const distances = [14, 22, 34, 48, 64, 84];

/** Room around a point that tags keep free. */
const pointRadius = 7;

/**
 * Centres for short tags, each near its point, clear of all points, of each other and of the border of the area where that can be.
 *
 * Limits: one point in the middle → up and to the right of it;  equal points → tags on different sides.
 */
export function placeTags(
  points: readonly (readonly [x: number, y: number])[],
  sizes: readonly TagSize[],
  area: TagArea,
): readonly (readonly [x: number, y: number])[] {
  const placed: { readonly x: number; readonly y: number; readonly size: TagSize }[] = [];
  const fits = (x: number, y: number, size: TagSize): boolean =>
    Math.abs(x - area.left - area.width / 2) <= (area.width - size.width) / 2 &&
    Math.abs(y - area.top - area.height / 2) <= (area.height - size.height) / 2 &&
    placed.every(
      (other) =>
        Math.abs(x - other.x) >= (size.width + other.size.width) / 2 ||
        Math.abs(y - other.y) >= (size.height + other.size.height) / 2,
    );
  const clear = (x: number, y: number, size: TagSize): boolean =>
    points.every(
      ([px, py]) =>
        Math.abs(x - px) >= size.width / 2 + pointRadius || Math.abs(y - py) >= size.height / 2 + pointRadius,
    );
  for (const [i, point] of points.entries()) {
    const size = sizes[i]!;
    const free = ([a, b]: readonly [number, number]) => fits(a, b, size) && clear(a, b, size);
    const near = candidates(point);
    const [x, y] =
      near.find(free) ?? gridCandidates(point, area).find(free) ?? near.find(([a, b]) => fits(a, b, size)) ?? near[0]!;
    placed.push({ x, y, size });
  }
  return placed.map(({ x, y }) => [x, y] as const);
}

function candidates([x, y]: readonly [number, number]): (readonly [number, number])[] {
  return distances.flatMap((distance) => directions.map(([dx, dy]) => [x + dx * distance, y + dy * distance] as const));
}

/** Places all over the area, the nearest first. */
function gridCandidates(
  [x, y]: readonly [number, number],
  { left, top, width, height }: TagArea,
): (readonly [number, number])[] {
  const step = 8;
  const places: (readonly [number, number])[] = [];
  for (let a = left + step; a < left + width; a += step) {
    for (let b = top + step; b < top + height; b += step) places.push([a, b]);
  }
  const distance = ([a, b]: readonly [number, number]) => Math.hypot(a - x, b - y);
  return places.sort((p, q) => distance(p) - distance(q));
}
