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
	/** All that n8n stored about it, as JSON: to look for what must not be in there. */
	stored: string;
	/** Why it failed, when it did. */
	error?: string;
	/** The names of the nodes that ran, in the order in which they began. */
	nodesRun: string[];
	/** The items that a node put out, of its first output and all its runs. */
	itemsOf(nodeName: string): Json[];
}

interface RunData {
	resultData?: {
		runData?: Record<string, Array<{ data?: { main?: Array<Array<{ json: Json }> | null> } }>>;
		error?: { message?: string };
	};
}

/**
 * n8n sorts executions by the time of their start, but its pages go by id: they skip what started out of
 * turn. What failed before it started has no such time, and is found only on the first page.
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

/** A workflow's executions, the oldest first. */
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
 * Waits until the workflow has at least `count` executions and all of them have ended, well or not.
 *
 * @returns all of them, the oldest first
 */
export async function waitForExecutions(
	rest: N8nRest,
	workflowId: string,
	count: number,
	withinMs = 30_000,
): Promise<Execution[]> {
	let all: ExecutionSummary[] = [];
	const isUnended = ({ status }: ExecutionSummary) => ['new', 'running'].includes(status);
	const what = () => {
		const unended = all.filter(isUnended).map(({ id, status }) => `${id} is ${status}`);
		return `${count} ended execution(s), of ${all.length} (${unended.join(', ') || 'all ended'})`;
	};
	const summaries = await waitFor(what, withinMs, async () => {
		all = await listExecutions(rest, workflowId);
		return all.length >= count && !all.some(isUnended) ? all : undefined;
	});
	const executions: Execution[] = [];
	for (const { id } of summaries) executions.push(await getExecution(rest, id));
	return executions;
}

/**
 * Waits until nodes of the workflow have put out at least `count` items together and all executions have
 * ended. In a burst, an execution can have those of several deliveries.
 *
 * @returns all executions, the oldest first
 */
export async function waitForItems(
	rest: N8nRest,
	workflowId: string,
	nodeNames: string[],
	count: number,
	withinMs = 30_000,
): Promise<Execution[]> {
	return await waitFor(`${count} item(s) of ${nodeNames.join(' and ')}`, withinMs, async () => {
		const executions = await waitForExecutions(rest, workflowId, 1, withinMs);
		const items = executions.flatMap(({ itemsOf }) => nodeNames.flatMap(itemsOf));
		return items.length >= count ? executions : undefined;
	});
}

/**
 * Stops what a killed n8n was running if the next one doesn't notice it: killed after n8n stored an execution
 * and before its event log has the begin, the execution stays "running" for good.
 */
export async function stopStuckExecutions(rest: N8nRest, workflowId: string): Promise<void> {
	await waitForExecutions(rest, workflowId, 0, 10_000).catch(() => undefined);
	for (const { id, status } of await listExecutions(rest, workflowId)) {
		if (status === 'running') await rest.call('POST', `/rest/executions/${id}/stop`);
	}
}
