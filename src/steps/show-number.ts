/** Numbers inside sentences: four significant digits, thousands grouped, one fixed locale. */
const GROUPED: Intl.NumberFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function showNumber(value: number): string {
  if (Math.abs(value) >= 10_000 || Number.isInteger(value)) return GROUPED.format(value);
  const text = value.toPrecision(4);
  return text.includes('e') ? String(Number(text)) : text;
}

export function showPercent(share: number): string {
  return `${(share * 100).toPrecision(3)} %`;
}
