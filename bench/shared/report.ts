import { markdownTable } from 'markdown-table';

/** Prints a Markdown table with its first column aligned left. */
export function printTable(title: string, header: string[], rows: string[][]): void {
	const align = header.map((_, column) => (column === 0 ? 'l' : 'r'));
	console.log(`\n${title}\n\n${markdownTable([header, ...rows], { align })}`);
}

/** The value that this share of the values is below. */
export function quantile(values: number[], share: number): number {
	return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? NaN;
}

/** The middle value, or the higher of the two middle values. */
export function median(values: number[]): number {
	return quantile(values, 0.5);
}

/** A number with at least three significant digits. */
export function format(value: number): string {
	return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** The median of the rounds, with the minimum and maximum. */
export function formatRounds(values: number[]): string {
	return `${format(median(values))} (${format(Math.min(...values))}–${format(Math.max(...values))})`;
}

/** A share as a percentage. */
export function formatShare(part: number, whole: number): string {
	// Never rounded up, because 100 % means all of them.
	return whole === 0 ? '–' : `${Math.floor((1_000 * part) / whole) / 10} %`;
}
