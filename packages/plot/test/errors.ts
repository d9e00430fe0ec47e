import { type InputErrorCode, isInputError } from "@nce-geometry/tensor";
import { expect } from "vitest";

/** Expects a refusal with this code and exactly this message. */
export function expectRefusal(draw: () => unknown, code: InputErrorCode, message: string): void {
  let caught: unknown;
  try {
    draw();
  } catch (error) {
    caught = error;
  }
  if (!isInputError(caught)) expect.fail(`no InputError but ${String(caught)}`);
  expect(caught.message).toBe(message);
  expect(caught.code).toBe(code);
}
