/** Adds the period that an external message may lack, so another sentence can follow. */
export function endWithPeriod(message: string): string {
	return /[.!?]$/.test(message) ? message : `${message}.`;
}
