import { parse } from 'flatted';

import { TRIGGER } from '../../lab/n8n/mfa-workflow';

/** Queries two columns from n8n's database. */
export type Query = (sql: string) => Array<[string, string]> | Promise<Array<[string, string]>>;

/** Successful executions. */
export interface Runs {
	executions: number;
	/** Events that the trigger handed off. */
	items: number;
}

/** An execution, finished or not. */
export interface StoredExecution {
	status: string;
	/** The event `uuid` of each item. */
	uuids: string[];
}

interface Item {
	json: unknown;
}

interface Connection {
	main?: Array<Item[] | null>;
}

interface ExecutionData {
	resultData?: { runData?: Record<string, Array<{ data?: Connection }>> };
	executionData?: { nodeExecutionStack?: Array<{ data?: Connection }> };
}

/** The executions of workflows from `mfaWorkflow`. */
export class Executions {
	/** The number of items of each successful execution, by workflow and ID. These don't change. */
	private readonly ended = new Map<string, Map<string, number>>();

	constructor(private readonly query: Query) {}

	/** The successful executions so far. */
	async runs(workflowId: string): Promise<Runs> {
		const ended = this.ended.get(workflowId) ?? new Map<string, number>();
		this.ended.set(workflowId, ended);
		const successes = await this.query(
			`SELECT id, status FROM execution_entity WHERE "workflowId" = '${workflowId}' AND status = 'success'`,
		);
		const others = successes.map(([id]) => id).filter((id) => !ended.has(id));
		if (others.length > 0) {
			const rows = await this.query(
				`SELECT "executionId", data FROM execution_data WHERE "executionId" IN (${others.join()})`,
			);
			for (const [id, data] of rows) ended.set(id, uuidsIn(data).length);
		}
		const items = [...ended.values()].reduce((sum, count) => sum + count, 0);
		return { executions: ended.size, items };
	}

	/** All executions that n8n has stored, whatever their status. */
	async stored(workflowId: string): Promise<StoredExecution[]> {
		const rows = await this.query(
			`SELECT status, data FROM execution_data JOIN execution_entity ON id = "executionId" WHERE "workflowId" = '${workflowId}'`,
		);
		return rows.map(([status, data]) => ({ status, uuids: uuidsIn(data) }));
	}
}

/** How often each value occurs. */
export function tally(values: string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}

/** The `uuid` of each item that the trigger has returned or is about to return. */
function uuidsIn(data: string): string[] {
	const { resultData, executionData } = parse(data) as ExecutionData;
	const outputs = resultData?.runData?.[TRIGGER] ?? executionData?.nodeExecutionStack ?? [];
	return outputs.flatMap((output) => output.data?.main?.[0] ?? []).map(({ json }) => uuidOf(json));
}

/** An item is an event, or contains one. */
function uuidOf(json: unknown): string {
	return /"uuid":"([^"]+)"/.exec(JSON.stringify(json))?.[1] ?? '';
}
