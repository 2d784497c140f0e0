/** The entries of a text in which they are separated by commas or line breaks, without empty ones. */
export function splitList(text: string): string[] {
	return text
		.split(/[,\r\n]/)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}
