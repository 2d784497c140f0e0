/** Someone else's words, ended so that another sentence can follow. */
export function sentence(words: string): string {
	return /[.!?]$/.test(words) ? words : `${words}.`;
}
