/** What a node writes to n8n's log. */
export class NodeLog {
	readonly entries: string[] = [];

	/** Without what goes along with each. */
	readonly warnings: string[] = [];

	/** Takes the place of n8n's. */
	readonly logger = Object.fromEntries(
		['debug', 'info', 'warn', 'error'].map((level) => [
			level,
			(...entry: unknown[]) => {
				this.entries.push(JSON.stringify([level, ...entry]));
				if (level === 'warn') this.warnings.push(String(entry[0]));
			},
		]),
	);
}
