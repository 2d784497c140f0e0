/** IDs (`jti`) that can be used only once. */
export class UsedIds {
	private readonly used = new Set<string>();

	/** Returns `false` if it was already used. */
	use(id: string): boolean {
		if (this.used.has(id)) return false;
		this.used.add(id);
		return true;
	}
}
