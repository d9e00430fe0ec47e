import type { FigureTheme } from "./theme.ts";

/**
 * Which of the sheet's two colours to write with on `fill`: the lighter one wherever it is read well enough, as dark letters on strong colours
 * look worse than their contrast says, and else the one of the greater contrast.
 */
export function readableOn(fill: string, { ink, background }: Pick<FigureTheme, "ink" | "background">): string {
  const level = luminance(fill) + 0.05;
  const contrast = (color: string): number => Math.exp(Math.abs(Math.log((luminance(color) + 0.05) / level)));
  const [dark, light] = luminance(ink) < luminance(background) ? [ink, background] : [background, ink];
  return contrast(light) >= wellEnough || contrast(light) > contrast(dark) ? light : dark;
}

const wellEnough = 3.2;

// Relative luminance of sRGB, as the Web Content Accessibility Guidelines define it.
function luminance(color: string): number {
  const digits = color.slice(1);
  const full = digits.length === 3 ? digits.replace(/./g, "$&$&") : digits;
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
