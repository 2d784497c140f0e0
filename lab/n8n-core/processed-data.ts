import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type {
	DeduplicationItemTypes,
	ICheckProcessedOptions,
	IDeduplicationOutput,
} from 'n8n-workflow';

/** n8n's database table of processed items. Like in n8n, it's read and written without a lock. */
export class ProcessedData {
	private readonly rows = new Map<string, string[]>();

	/** @param row identifies the workflow and node */
	async checkAndRecord(
		row: string,
		items: DeduplicationItemTypes[],
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		await nextTurn();
		const known = this.rows.get(row);
		await nextTurn();
		if (!known && this.rows.has(row))
			throw new Error('SQLITE_CONSTRAINT: UNIQUE constraint failed');
		const processed = new Set(known);
		const output: IDeduplicationOutput = { new: [], processed: [] };
		const added: string[] = [];
		for (const item of items) {
			const hash = createHash('md5').update(String(item)).digest('base64');
			output[processed.has(hash) ? 'processed' : 'new'].push(item);
			if (!processed.has(hash)) added.push(hash);
		}
		const all = [...(known ?? []), ...added];
		this.rows.set(row, all.slice(-(maxEntries ?? all.length)));
		return output;
	}
}
