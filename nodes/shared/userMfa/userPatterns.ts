/** Whether an id or login is one of those that a person listed. */
export type UserMatcher = (idOrLogin: string) => boolean;

/** A text to compare without case, and however its accents are encoded. */
function fold(text: string): string {
	// Nearly all are of such letters, and a delivery can have thousands.
	if (/^[ -~]*$/.test(text)) return text.toLowerCase();
	// A capital sigma has two small ones, depending on where in the word it stands.
	return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}

/** The texts around the wildcards. The first and the last, empty or not, are where a text begins and ends. */
function toParts(pattern: string): string[] {
	return pattern
		.split('*')
		.filter((part, index, { length }) => part !== '' || index === 0 || index === length - 1);
}

/**
 * Whether the text has the parts of a pattern with wildcards in their order. Each part is looked for
 * behind the one before, so that no text is gone through twice.
 */
function hasParts(text: string, [first, ...rest]: string[]): boolean {
	const last = rest.pop() ?? '';
	if (!text.startsWith(first)) return false;
	const end = text.length - last.length;
	let position = first.length;
	for (const part of rest) {
		const found = text.indexOf(part, position);
		if (found < 0) return false;
		position = found + part.length;
	}
	return position <= end && text.endsWith(last);
}

/**
 * Matches ids and logins against patterns, without case. `*` stands for any text, the empty one too. The
 * time it takes grows with the length of the patterns, never faster, whatever is in them.
 *
 * @param patterns e.g. `ada@example.com`, `*@contractor.example.com`, `00u1a2b3c4d5e6f7g8h9`
 */
export function matchUsers(patterns: readonly string[]): UserMatcher {
	const folded = patterns.map(fold);
	const whole = new Set(folded.filter((pattern) => !pattern.includes('*')));
	const parted = folded.filter((pattern) => pattern.includes('*')).map(toParts);
	return (idOrLogin) => {
		const text = fold(idOrLogin);
		return whole.has(text) || parted.some((parts) => hasParts(text, parts));
	};
}
