// Pieces of the circle and of the sphere as images of boxes, for product quadratures that can be refined where a law is narrow.

/** A map from a box to the manifold. */
export interface Chart {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Coordinates of a point. */
  readonly dim: number;
  /** Writes the point and gives the logarithm of the volume per parameter volume. */
  place(parameters: ArrayLike<number>, out: Float64Array): number;
}

/** The arc of angles from `low` to `high`. */
export function arcChart(low: number, high: number): Chart {
  const place = (parameters: ArrayLike<number>, out: Float64Array): number => {
    out[0] = Math.cos(parameters[0]!);
    out[1] = Math.sin(parameters[0]!);
    return 0;
  };
  return { low: [low], high: [high], dim: 2, place };
}

/** The whole circle. */
export function circleCharts(): Chart[] {
  return [arcChart(0, 2 * Math.PI)];
}

/** S² as the six faces of a cube, each with equal angles: nearly equal cells and no pole, so that no direction is special. */
export function sphereCharts(): Chart[] {
  return [0, 1, 2].flatMap((axis) => [1, -1].map((sign) => faceChart(axis, sign)));
}

/** The cap about a centre in its own polar frame: angle to the centre and longitude. */
export function capChart(frame: readonly (readonly number[])[], angle: number): Chart {
  const [c, u, v] = frame as [number[], number[], number[]];
  const place = (parameters: ArrayLike<number>, out: Float64Array): number => {
    const polar = parameters[0]!;
    const radius = Math.sin(polar);
    const versine = 2 * Math.sin(polar / 2) ** 2;
    const [cosine, sine] = [Math.cos(parameters[1]!), Math.sin(parameters[1]!)];
    for (let k = 0; k < 3; k++) out[k] = c[k]! - versine * c[k]! + radius * (cosine * u[k]! + sine * v[k]!);
    return Math.log(radius);
  };
  return { low: [0, 0], high: [angle, 2 * Math.PI], dim: 3, place };
}

function faceChart(axis: number, sign: number): Chart {
  const place = (parameters: ArrayLike<number>, out: Float64Array): number => {
    const [x, y] = [Math.tan(parameters[0]!), Math.tan(parameters[1]!)];
    const square = 1 + x * x + y * y;
    const length = Math.sqrt(square);
    out[axis] = sign / length;
    out[(axis + 1) % 3] = x / length;
    out[(axis + 2) % 3] = y / length;
    return Math.log1p(x * x) + Math.log1p(y * y) - 1.5 * Math.log(square);
  };
  const quarter = Math.PI / 4;
  return { low: [-quarter, -quarter], high: [quarter, quarter], dim: 3, place };
}
