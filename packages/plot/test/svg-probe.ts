// Reads a figure back from its markup: is it well-formed and self-contained, and do its texts keep clear of each other?

import { parseHTML } from "linkedom";
import { textWidth } from "../src/text.ts";

/** The element tree, for queries by selector. */
export function parse(svg: string): { querySelectorAll(selector: string): ArrayLike<unknown> } {
  return parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document;
}

/** How many elements a selector finds. */
export function count(svg: string, selector: string): number {
  return parse(svg).querySelectorAll(selector).length;
}

/** All printed texts in document order; lines of one label joined by spaces, tooltips and descriptions left out. */
export function texts(svg: string): readonly string[] {
  const inside = svg.match(/<text[^>]*>.*?<\/text>/gs) ?? [];
  return inside.map((text) =>
    unescapeXml(
      text
        .replace(/<title>.*?<\/title>/gs, "")
        .replace(/<\/tspan><tspan/g, "</tspan> <tspan")
        .replace(/<[^>]*>/g, ""),
    ),
  );
}

/** The text of the figure's own description. */
export function description(svg: string): string {
  return unescapeXml(/<desc[^>]*>(.*?)<\/desc>/s.exec(svg)?.[1] ?? "");
}

/** Everything that makes a figure unfit for print, one sentence each; none for a good figure. */
export function faults(svg: string): readonly string[] {
  return [...markupFaults(svg), ...textFaults(svg)];
}

interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function markupFaults(svg: string): readonly string[] {
  const found: string[] = [];
  const attributes = [...svg.matchAll(/\s([\w:-]+)="([^"]*)"/g)];
  for (const [, name, value] of attributes) {
    if (/NaN|Infinity|undefined|currentColor/.test(value!)) found.push(`${name}="${value}"`);
    if (/url\(|https?:|data:/.test(value!) && name !== "xmlns") found.push(`refers outside: ${name}="${value}"`);
  }
  if (/<(?:script|style|image|use|foreignObject|link)\b/.test(svg)) found.push("an element that could load something");
  const open: string[] = [];
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([\w:]+)(?:\s[\w:-]+="[^"<]*")*(\/?)>/g)) {
    if (self === "/") continue;
    if (close === "/") {
      if (open.pop() !== name) found.push(`</${name}> closes another element`);
    } else open.push(name!);
  }
  if (open.length > 0) found.push(`<${open.at(-1)}> is never closed`);
  const outside = svg.replace(/<(\/?)([\w:]+)(?:\s[\w:-]+="[^"<]*")*(\/?)>/g, "");
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(outside)) found.push("text that is not escaped");
  const ids = attributes.filter(([, name]) => name === "id").map(([, , value]) => value);
  if (new Set(ids).size !== ids.length) found.push("an id twice");
  return found;
}

function textFaults(svg: string): readonly string[] {
  const [, width, height] = /^<svg [^>]*viewBox="0 0 (\S+) (\S+)"/.exec(svg)!.map(Number) as [number, number, number];
  const boxes = textBoxes(svg);
  const found = boxes
    .filter((box) => box.left < 0 || box.right > width || box.top < 0 || box.bottom > height)
    .map((box) => `"${box.text}" leaves the sheet`);
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const up = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 0 && up > 0) found.push(`"${a.text}" lies over "${b.text}"`);
    }
  }
  return found;
}

interface State {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor: string;
}

// Ascent and descent of the letters in em; the line box is taller but empty there.
const ascent = 0.75;
const descent = 0.22;

function textBoxes(svg: string): readonly TextBox[] {
  const boxes: TextBox[] = [];
  const stack: State[] = [{ x: 0, y: 0, size: 12, anchor: "start" }];
  let at: State | undefined;
  let skipped = 0;
  for (const [token] of svg.matchAll(/<[^>]*>|[^<]+/g)) {
    if (token.startsWith("</")) {
      if (/^<\/(?:title|desc)>/.test(token)) skipped--;
      stack.pop();
      at = undefined;
    } else if (token.startsWith("<")) {
      if (/^<(?:title|desc)\b/.test(token)) skipped++;
      const state = entered(stack.at(-1)!, token);
      if (!token.endsWith("/>")) stack.push(state);
      if (/^<(?:text|tspan)\b/.test(token)) at = state;
    } else if (skipped === 0) {
      const state = at ?? stack.at(-1)!;
      boxes.push(boxOf(unescapeXml(token), state));
    }
  }
  return boxes;
}

function entered(outer: State, token: string): State {
  const attribute = (name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(token)?.[1];
  const [, dx = "0", dy = "0"] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(attribute("transform") ?? "") ?? [];
  const size = Number(attribute("font-size") ?? outer.size);
  const own = /^<(?:text|tspan)\b/.test(token);
  const pixels = (value: string | undefined): number =>
    value === undefined ? 0 : value.endsWith("em") ? Number.parseFloat(value) * size : Number(value);
  return {
    x: outer.x + Number(dx) + (own ? pixels(attribute("x")) : 0),
    y: outer.y + Number(dy) + (own ? pixels(attribute("y")) : 0),
    size,
    anchor: attribute("text-anchor") ?? outer.anchor,
  };
}

function boxOf(text: string, { x, y, size, anchor }: State): TextBox {
  const width = textWidth(text, size);
  const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
  return { text, left, right: left + width, top: y - ascent * size, bottom: y + descent * size };
}

function unescapeXml(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
