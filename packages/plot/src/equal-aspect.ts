// The whole panel over the spread of the points.
const room = 1.08;

/** Domains of two axes with one scale, and the height in px that they take. */
export interface EqualAspect {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly height: number;
}

/**
 * Domains that hold all points with some room, at one scale for both axes in a panel of `width` px and a height within
 * [least, most] px. Points that coincide get an interval of length 1, or of their own size where that is larger.
 */
export function equalAspect(
  points: readonly (readonly [number, number])[],
  width: number,
  [least, most]: readonly [number, number],
): EqualAspect {
  const across = span(points, 0);
  const up = span(points, 1);
  const size = Math.max(Math.abs(across.middle), Math.abs(up.middle));
  // A spread below the rounding of the coordinates themselves is no spread.
  const flat = Math.max(across.length, up.length) <= Math.max(size * 1e-12, 1e-100);
  const wide = flat ? Math.max(1, size) : across.length * room;
  const high = flat ? 0 : up.length * room;
  const height = Math.min(most, Math.max(least, wide === 0 ? most : (width * high) / wide));
  const unit = Math.max(wide / width, high / height);
  const around = (middle: number, pixels: number): readonly [number, number] => [
    middle - (unit * pixels) / 2,
    middle + (unit * pixels) / 2,
  ];
  return { x: around(across.middle, width), y: around(up.middle, height), height };
}

function span(
  points: readonly (readonly [number, number])[],
  axis: 0 | 1,
): { readonly middle: number; readonly length: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const point of points) {
    low = Math.min(low, point[axis]);
    high = Math.max(high, point[axis]);
  }
  return { middle: low / 2 + high / 2, length: high - low };
}
