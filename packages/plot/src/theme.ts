/** Colours and font of a figure; colours are hexadecimal (`#rrggbb`). */
export interface FigureTheme {
  /** CSS font family list; only fonts of the reader's system, nothing is loaded. @defaultValue Helvetica, Arial and their kin */
  readonly fontFamily: string;
  /** Colour of the sheet. @defaultValue `#ffffff` */
  readonly background: string;
  /** Text, axes and reference lines. @defaultValue `#1a1a1a` */
  readonly ink: string;
  /** Secondary text. @defaultValue `#555555` */
  readonly muted: string;
  /** Grid lines. @defaultValue `#e2e2e2` */
  readonly grid: string;
  /** The first modality, and queries from it. @defaultValue `#0072b2`, blue */
  readonly x: string;
  /** The second modality, and queries from it. @defaultValue `#d55e00`, vermilion */
  readonly y: string;
  /** Matched pairs and the potential that they make. @defaultValue `#009e73`, bluish green */
  readonly matched: string;
  /** Pairs across the modalities that do not belong together. @defaultValue `#767676`, grey */
  readonly unmatched: string;
  /** Divergences. @defaultValue `#cc79a7`, reddish purple */
  readonly divergence: string;
}

/**
 * The default theme: the palette of Okabe and Ito, distinct for every common colour vision, on white.
 *
 * Source: M. Okabe and K. Ito, "Color Universal Design", 2008.
 */
export const defaultTheme: FigureTheme = {
  fontFamily: '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Segoe UI", Roboto, system-ui, sans-serif',
  background: "#ffffff",
  ink: "#1a1a1a",
  muted: "#555555",
  grid: "#e2e2e2",
  x: "#0072b2",
  y: "#d55e00",
  matched: "#009e73",
  unmatched: "#767676",
  divergence: "#cc79a7",
};
