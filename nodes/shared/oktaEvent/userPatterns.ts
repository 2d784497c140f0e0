/** Whether a user ID or login matches one of the patterns. */
export type UserMatcher = (idOrLogin: string) => boolean;

/** Normalizes a string, so that neither its case nor the encoding of its accents matters. */
function fold(text: string): string {
	// Nearly all logins are ASCII, and a delivery can have thousands.
	if (/^[ -~]*$/.test(text)) return text.toLowerCase();
	// Sigma has two lowercase forms, depending on its position in the word.
	return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}

/** A pattern with wildcards: how a string starts and ends, and the parts in between, in order. */
interface Wildcard {
	start: string;
	middle: string[];
	end: string;
}

function toWildcard(pattern: string): Wildcard {
	const [start, ...rest] = pattern.split('*');
	const end = rest.pop() ?? '';
	return { start, middle: rest.filter((part) => part !== ''), end };
}

/** Looks for each part after the previous one, so nothing is searched twice. */
function matches(text: string, { start, middle, end }: Wildcard): boolean {
	if (!text.startsWith(start)) return false;
	let position = start.length;
	for (const part of middle) {
		const found = text.indexOf(part, position);
		if (found < 0) return false;
		position = found + part.length;
	}
	return position <= text.length - end.length && text.endsWith(end);
}

/**
 * Matches user IDs and logins against patterns. Not case-sensitive. `*` matches any text, including none.
 * There is no backtracking, so no pattern can keep n8n busy.
 *
 * @param patterns e.g. `ada@example.com`, `*@contractor.example.com`, `00u1a2b3c4d5e6f7g8h9`
 */
export function toUserMatcher(patterns: readonly string[]): UserMatcher {
	const folded = patterns.map(fold);
	const exact = new Set(folded.filter((pattern) => !pattern.includes('*')));
	const wildcards = folded.filter((pattern) => pattern.includes('*')).map(toWildcard);
	return (idOrLogin) => {
		const text = fold(idOrLogin);
		if (exact.has(text)) return true;
		for (const wildcard of wildcards) if (matches(text, wildcard)) return true;
		return false;
	};
}
