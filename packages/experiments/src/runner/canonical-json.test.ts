import { describe, expect, test } from "vitest";
import { asJson, canonicalJson } from "./canonical-json.ts";
import { hashOf, seal, unseal } from "./unit-store.ts";

describe("canonicalJson", () => {
  test("keys in order, no spaces, shortest numbers", () => {
    expect(canonicalJson({ b: [1e21, 0.1, -0, 1e-7], a: { "\u20ac": "\n", d: null, c: true } })).toBe(
      '{"a":{"c":true,"d":null,"\u20ac":"\\n"},"b":[1e+21,0.1,0,1e-7]}',
    );
    expect(asJson({ a: -0 }).a).toBe(0);
  });

  test.each<[unknown, string]>([
    [
      { a: [1, Number.POSITIVE_INFINITY] },
      "canonicalJson: `value.a[1]` must be a finite number, got Infinity. JSON has no other numbers: report what is not a number as null, and say why.",
    ],
    [{ a: undefined }, "canonicalJson: `value.a` must be JSON, got undefined."],
    [new Float64Array(2), "canonicalJson: `value` must be JSON, got an object of class Float64Array."],
    [[() => 1], "canonicalJson: `value[0]` must be JSON, got a function."],
    // biome-ignore lint/suspicious/noSparseArray: that is what is tested.
    [[, 1], "canonicalJson: `value[0]` must be JSON, got undefined."],
  ])("what is not JSON is refused (%#)", (value, message) => {
    expect(() => canonicalJson(value as never)).toThrow(message);
  });
});

describe("hashes and seals", () => {
  test("SHA-256 of the canonical form", () => {
    // Of the three bytes "abc", with the quotation marks five: printf '"abc"' | sha256sum.
    expect(hashOf("abc")).toBe("6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25");
  });

  test("what was sealed comes back; other bytes do not", () => {
    const bytes = seal({ b: 1, a: [2] });
    expect(unseal(bytes)).toEqual({ a: [2], b: 1 });
    const text = new TextDecoder().decode(bytes);
    const encode = (changed: string) => new TextEncoder().encode(changed);
    expect(unseal(encode(text.replace('"b":1', '"b":2')))).toBeUndefined();
    expect(unseal(encode(`${text}\n`))).toBeUndefined();
    expect(unseal(encode("{}"))).toBeUndefined();
    expect(unseal(Uint8Array.of(0xff))).toBeUndefined();
  });
});
