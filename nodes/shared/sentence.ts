/** Adds the period that an external message may lack, so another sentence can follow. */
export function sentence(words: string): string {
	return /[.!?]$/.test(words) ? words : `${words}.`;
}
