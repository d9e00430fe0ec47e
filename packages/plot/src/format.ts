// Numbers as a reader wants them: three significant digits, a true minus sign, no locale.

/** Three significant digits: `0.0312`, `5.92`, `93.8`, `1,235`; powers of ten outside [0.001, 10⁶). */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 999_999.5 || size < 0.000_999_5) return minus(value.toExponential(1).replace("e+", "e"));
  if (size >= 999.5) return minus(grouped(Math.round(value)));
  return minus(value.toPrecision(3));
}

/** A cosine to three decimals: `0.310`. */
export function formatCosine(value: number): string {
  return minus((Math.round(value * 1000) / 1000 + 0).toFixed(3));
}

/** A count with thousands grouped: `124,750`; weighted counts as {@link formatNumber} writes them. */
export function formatCount(value: number): string {
  return Number.isSafeInteger(value) ? grouped(value) : formatNumber(value);
}

/** A share of one as a percentage of two significant digits or a whole number; 100 % is printed for 1 alone. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (share >= 0.995 && share < 1) {
    const missing = Math.max(0.001, Number((100 - percent).toPrecision(1)));
    return `${Number((100 - missing).toPrecision(6))} %`;
  }
  const text = Math.abs(percent) >= 9.95 ? String(Math.round(percent)) : String(Number(percent.toPrecision(2)));
  return `${minus(text)} %`;
}

/** A tick value without rounding noise: `0.30000000000000004` → `0.3`. */
export function formatTick(value: number): string {
  const clean = Number(value.toPrecision(12));
  const size = Math.abs(clean);
  const plain = size === 0 || (size >= 1e-4 && size < 1e5);
  return minus(plain ? String(clean) : String(clean.toExponential()).replace("e+", "e"));
}

/** A tick of a share as a percentage: `0.2` → `20 %`. */
export function formatPercentTick(share: number): string {
  return `${formatTick(share * 100)} %`;
}

function minus(text: string): string {
  return text.replaceAll("-", "−");
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
