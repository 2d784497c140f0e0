import type { N8n } from '../../lab/n8n/process';

/** The ids of the executions that a worker has taken up, in all its runs. */
export function startedBy(worker: N8n): string[] {
	return idsIn(worker, /Worker started execution (\d+)/g);
}

/** The ids of those that it has not ended: in its hands, or lost with it. */
export function inHandOf(worker: N8n): string[] {
	const finished = new Set(idsIn(worker, /Worker finished execution (\d+)/g));
	return startedBy(worker).filter((id) => !finished.has(id));
}

function idsIn(worker: N8n, pattern: RegExp): string[] {
	return [...worker.logs().matchAll(pattern)].map(([, id = '']) => id);
}
