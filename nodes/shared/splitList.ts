/** Splits text at commas and line breaks, and drops empty entries. */
export function splitList(text: string): string[] {
	return text
		.split(/[,\r\n]/)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}
