/** Ids (`jti`) that may be used once. */
export class UsedIds {
	private readonly used = new Set<string>();

	/** `false` when it was used already. */
	use(id: string): boolean {
		if (this.used.has(id)) return false;
		this.used.add(id);
		return true;
	}
}
