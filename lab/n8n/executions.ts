import { parse } from 'flatted';

import type { Json, N8nRest } from './rest';
import { waitFor } from './wait-for';

const PAGE = 100;

const OTHER_STATUSES = ['new', 'running', 'waiting', 'error', 'crashed', 'canceled', 'unknown'];

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	/** e.g. `webhook`, `trigger`, `manual` */
	mode: string;
	/** e.g. `success`, `error`, `running`, `new`, `waiting`, `crashed`, `canceled` */
	status: string;
	startedAt: string | null;
	stoppedAt: string | null;
}

export interface Execution extends ExecutionSummary {
	/** Everything that n8n stored about it, as JSON, for finding what must not be in there. */
	stored: string;
	/** The error message, if it failed. */
	error?: string;
	/** The names of the nodes that ran, in the order in which they started. */
	nodesRun: string[];
	/** The items of a node's first output, from all its runs. */
	itemsOf(nodeName: string): Json[];
}

interface RunData {
	resultData?: {
		runData?: Record<string, Array<{ data?: { main?: Array<Array<{ json: Json }> | null> } }>>;
		error?: { message?: string };
	};
}

/**
 * n8n sorts executions by start time but pages by ID, so its pages skip executions that started out of order.
 * Executions that failed before they started have no start time, and are only on the first page.
 */
async function listByStatus(
	rest: N8nRest,
	workflowId: string,
	status: string[],
): Promise<ExecutionSummary[]> {
	const found = new Map<string, ExecutionSummary>();
	let startedBefore: string | undefined;
	for (;;) {
		const query = new URLSearchParams({
			filter: JSON.stringify({ workflowId, status, startedBefore }),
			limit: String(PAGE),
		});
		const { results } = await rest.call<{ results: ExecutionSummary[] }>(
			'GET',
			`/rest/executions?${query}`,
		);
		const countBefore = found.size;
		for (const summary of results) found.set(summary.id, summary);
		const starts = results.map(({ startedAt }) => startedAt).filter((time) => time !== null);
		if (found.size === countBefore || starts.length === 0) return [...found.values()];
		[startedBefore] = starts.sort();
	}
}

/** A workflow's executions, oldest first. */
export async function listExecutions(
	rest: N8nRest,
	workflowId: string,
): Promise<ExecutionSummary[]> {
	const others = await listByStatus(rest, workflowId, OTHER_STATUSES);
	const found = new Map(others.map((summary) => [summary.id, summary]));
	// The second list wins: an execution can end between the two.
	for (const summary of await listByStatus(rest, workflowId, ['success'])) {
		found.set(summary.id, summary);
	}
	return [...found.values()].sort((a, b) => Number(a.id) - Number(b.id));
}

/** One execution with its data. */
export async function getExecution(rest: N8nRest, id: string): Promise<Execution> {
	const raw = await rest.call<ExecutionSummary & { data: string }>('GET', `/rest/executions/${id}`);
	const { data, ...summary } = raw;
	const { resultData } = parse(data) as RunData;
	return {
		...summary,
		stored: JSON.stringify(raw),
		...(resultData?.error && { error: resultData.error.message ?? 'unknown' }),
		nodesRun: Object.keys(resultData?.runData ?? {}),
		itemsOf: (nodeName) =>
			(resultData?.runData?.[nodeName] ?? []).flatMap(
				(run) => run.data?.main?.[0]?.map(({ json }) => json) ?? [],
			),
	};
}

/**
 * Waits until the workflow has at least `count` executions and all of them have ended, successfully or not.
 *
 * @returns all of them, oldest first
 */
export async function waitForExecutions(
	rest: N8nRest,
	workflowId: string,
	count: number,
	withinMs = 30_000,
): Promise<Execution[]> {
	let all: ExecutionSummary[] = [];
	const isUnfinished = ({ status }: ExecutionSummary) => ['new', 'running'].includes(status);
	const what = () => {
		const unfinished = all.filter(isUnfinished).map(({ id, status }) => `${id} is ${status}`);
		return `${count} execution(s) to end, found ${all.length} (${unfinished.join(', ') || 'all ended'})`;
	};
	const summaries = await waitFor(what, withinMs, async () => {
		all = await listExecutions(rest, workflowId);
		return all.length >= count && !all.some(isUnfinished) ? all : undefined;
	});
	const executions: Execution[] = [];
	for (const { id } of summaries) executions.push(await getExecution(rest, id));
	return executions;
}

/**
 * Waits until these nodes of the workflow have emitted at least `count` items in total and all executions have
 * ended. In a burst, one execution can have the items of several deliveries.
 *
 * @returns all executions, oldest first
 */
export async function waitForItems(
	rest: N8nRest,
	workflowId: string,
	nodeNames: string[],
	count: number,
	withinMs = 30_000,
): Promise<Execution[]> {
	return await waitFor(`${count} item(s) from ${nodeNames.join(' and ')}`, withinMs, async () => {
		const executions = await waitForExecutions(rest, workflowId, 1, withinMs);
		const items = executions.flatMap(({ itemsOf }) => nodeNames.flatMap(itemsOf));
		return items.length >= count ? executions : undefined;
	});
}

/**
 * Stops executions of a killed n8n that the next run didn't notice. If n8n is killed after it stored an execution
 * but before its event log has the start, the execution stays "running" forever.
 */
export async function stopStuckExecutions(rest: N8nRest, workflowId: string): Promise<void> {
	await waitForExecutions(rest, workflowId, 0, 10_000).catch(() => undefined);
	for (const { id, status } of await listExecutions(rest, workflowId)) {
		if (status === 'running') await rest.call('POST', `/rest/executions/${id}/stop`);
	}
}
