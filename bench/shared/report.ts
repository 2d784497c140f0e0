import { markdownTable } from 'markdown-table';

/** Prints a table that can be pasted into a document, with its first column to the left. */
export function printTable(title: string, header: string[], rows: string[][]): void {
	const align = header.map((_, column) => (column === 0 ? 'l' : 'r'));
	console.log(`\n${title}\n\n${markdownTable([header, ...rows], { align })}`);
}

/** The value below which this share of the values lies. */
export function quantile(values: number[], share: number): number {
	return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? NaN;
}

/** The middle one; of an even number, the higher of the two. */
export function median(values: number[]): number {
	return quantile(values, 0.5);
}

/** A number with at least three digits that count. */
export function format(value: number): string {
	return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** The median of some rounds, with the least and the most. */
export function formatRounds(values: number[]): string {
	return `${format(median(values))} (${format(Math.min(...values))}–${format(Math.max(...values))})`;
}

/** A share as a percentage. */
export function formatShare(part: number, whole: number): string {
	// Not rounded up: 100 % is all of them.
	return whole === 0 ? '–' : `${Math.floor((1_000 * part) / whole) / 10} %`;
}
