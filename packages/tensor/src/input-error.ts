// One typed error for everything a caller can get wrong.

/** What kind of thing was wrong; stable, so that programs can branch on it. */
export type InputErrorCode =
  | "E_SHAPE" // a shape, rank, length or count does not fit
  | "E_DTYPE" // the wrong element type
  | "E_OPTION" // an option outside its domain
  | "E_NOT_FINITE" // NaN or ±∞ where finite numbers are required
  | "E_ZERO_ROW" // a row without direction
  | "E_DOMAIN" // data outside the set on which a function is defined
  | "E_BACKEND" // tensors of different backends, or a backend that cannot be had
  | "E_UNSUPPORTED" // an operation that this backend declares it lacks
  | "E_DISPOSED" // a tensor used after its memory was freed
  | "E_FILE" // a file that cannot be opened, read or written
  | "E_FORMAT"; // a file whose bytes are not what they should be

export interface InputErrorDetails {
  readonly code: InputErrorCode;
  /** The function that refuses, e.g. `infoNCE`. */
  readonly where: string;
  /** The offending argument, e.g. `temperature`. */
  readonly argument: string;
  /** What would have been right, worded to follow "must be". */
  readonly expected: string;
  /** What arrived, worded to follow "got". Never a dump of the data. */
  readonly received: string;
  /** The remedy, a whole sentence. */
  readonly hint?: string | undefined;
}

/**
 * Bad input: names the function, the argument, the expectation, what was received, and the remedy.
 *
 * Message: ``where: `argument` must be expected, got received. hint``.
 * Recognise it with {@link isInputError}, which also works across two copies of this package.
 */
export class InputError extends Error implements InputErrorDetails {
  readonly code: InputErrorCode;
  readonly where: string;
  readonly argument: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;

  constructor(details: InputErrorDetails, options?: ErrorOptions) {
    const { code, where, argument, expected, received, hint } = details;
    super(`${where}: \`${argument}\` must be ${expected}, got ${received}.${hint ? ` ${hint}` : ""}`, options);
    this.name = "InputError";
    this.code = code;
    this.where = where;
    this.argument = argument;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
  }
}

/** Whether `error` is an {@link InputError}, of this or of another copy of this package. */
export function isInputError(error: unknown): error is InputError {
  // By name, because `instanceof` fails between two installed copies.
  return error instanceof Error && error.name === "InputError" && "received" in error;
}
