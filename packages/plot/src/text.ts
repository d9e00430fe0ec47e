// Text without a layout engine: how wide a label is at most, and how to break it so that it fits.

// Advance widths of Helvetica in 1/1000 em for U+0020 to U+007E; Arial and Liberation Sans have the same.
const widths: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

// Fallback fonts (DejaVu Sans, Verdana) run up to this much wider than Helvetica.
const slack = 1.17;

/** Width of `text` in px at font size `size`, on the generous side, so that what is laid out with it fits. */
export function textWidth(text: string, size: number): number {
  let total = 0;
  for (const character of text) total += advance(character.codePointAt(0)!);
  return (total * slack * size) / 1000;
}

/** `text` in at most `maxLines` lines of at most `maxWidth` px; what does not fit ends in "…". */
export function wrapText(text: string, maxWidth: number, size: number, maxLines: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces(text, maxWidth, size)) {
    if (line !== "" && textWidth((line + piece).trimEnd(), size) > maxWidth) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  lines.push(line.trimEnd());
  if (lines.length <= maxLines) return lines;
  const last = shorten(lines[maxLines - 1]!, maxWidth, size);
  return [...lines.slice(0, maxLines - 1), last];
}

/** `text` with its middle replaced by "…" where it is wider than `maxWidth` px: both ends tell names apart. */
export function shortenMiddle(text: string, maxWidth: number, size: number): string {
  const characters = [...text];
  if (textWidth(text, size) <= maxWidth) return text;
  for (let kept = characters.length - 1; kept > 2; kept--) {
    const head = Math.ceil(kept * 0.6);
    const short = `${characters.slice(0, head).join("").trimEnd()}…${characters
      .slice(head - kept)
      .join("")
      .trimStart()}`;
    if (textWidth(short, size) <= maxWidth) return short;
  }
  return `${characters[0]}…${characters.at(-1)}`;
}

/** Where to centre text of `width` px so that it lies within [low, high] and else as near to `centre` as it can. */
export function centreWithin(centre: number, width: number, [low, high]: readonly [number, number]): number {
  return Math.max(low + width / 2, Math.min(centre, high - width / 2));
}

/** The widest of some lines, in px. */
export function widest(lines: readonly string[], size: number): number {
  return lines.reduce((most, line) => Math.max(most, textWidth(line, size)), 0);
}

function advance(code: number): number {
  if (code >= 0x20 && code <= 0x7e) return widths[code - 0x20]!;
  if (code >= 0x300 && code <= 0x36f) return 0; // combining marks
  if (code >= 0x1100 && !(code >= 0x1e00 && code <= 0x2bff)) return 1000; // ideographs, syllables, emoji
  if (code >= 0x2190 && code <= 0x21ff) return 1000; // arrows
  return 660;
}

// Breakable pieces: words with their following space; words too long for a line are cut after - / _ or else anywhere.
function pieces(text: string, maxWidth: number, size: number): readonly string[] {
  const fits = (piece: string): boolean => textWidth(piece.trimEnd(), size) <= maxWidth;
  return (text.match(/\S+\s*/g) ?? [text])
    .flatMap((word) => (fits(word) ? [word] : (word.match(/[^-/_]*[-/_]+|[^-/_]+/g) ?? [word])))
    .flatMap((piece) => (fits(piece) ? [piece] : [...piece]));
}

function shorten(line: string, maxWidth: number, size: number): string {
  const characters = [...line];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size) > maxWidth) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
