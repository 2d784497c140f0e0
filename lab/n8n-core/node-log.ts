/** Collects what a node writes to n8n's log. */
export class NodeLog {
	readonly entries: string[] = [];

	/** The messages of warnings, without their metadata. */
	readonly warnings: string[] = [];

	/** Replaces n8n's logger. */
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
