/** Whether an id or login is one of those that a person listed. */
export type UserMatcher = (idOrLogin: string) => boolean;

/** A text to compare without case, and however its accents are encoded. */
function fold(text: string): string {
	// Nearly all are of such letters, and a delivery can have thousands.
	if (/^[ -~]*$/.test(text)) return text.toLowerCase();
	// A capital sigma has two small ones, depending on where in the word it stands.
	return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}

/** A pattern with wildcards: how a text begins and ends, and what it has in between, in this order. */
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

/** Each part is looked for behind the one before, so that no text is gone through twice. */
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
 * Matches ids and logins against patterns, without case. `*` stands for any text, the empty one too.
 * Nothing is tried twice: no pattern, whatever is in it, can keep n8n busy.
 *
 * @param patterns e.g. `ada@example.com`, `*@contractor.example.com`, `00u1a2b3c4d5e6f7g8h9`
 */
export function toUserMatcher(patterns: readonly string[]): UserMatcher {
	const folded = patterns.map(fold);
	const whole = new Set(folded.filter((pattern) => !pattern.includes('*')));
	const wildcards = folded.filter((pattern) => pattern.includes('*')).map(toWildcard);
	return (idOrLogin) => {
		const text = fold(idOrLogin);
		return whole.has(text) || wildcards.some((wildcard) => matches(text, wildcard));
	};
}
