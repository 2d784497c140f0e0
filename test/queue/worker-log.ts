import type { N8n } from '../../lab/n8n/process';

/** The IDs of the executions that a worker has started, in all its runs. */
export function startedBy(worker: N8n): string[] {
	return idsIn(worker, /Worker started execution (\d+)/g);
}

/** The IDs of the executions that it hasn't finished, either still running or lost when it was killed. */
export function unfinishedBy(worker: N8n): string[] {
	const finished = new Set(idsIn(worker, /Worker finished execution (\d+)/g));
	return startedBy(worker).filter((id) => !finished.has(id));
}

function idsIn(worker: N8n, pattern: RegExp): string[] {
	return [...worker.logs().matchAll(pattern)].map(([, id = '']) => id);
}
