import type {
	IDataObject,
	IHookFunctions,
	INode,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import { isRecord } from '../isRecord';
import { isTime } from './cursor';
import type { LogCursor, SeenPage } from './cursor';

type Context = IHookFunctions | IPollFunctions | IWebhookFunctions;

/** The key in the node's static data. */
const KEY = 'systemLog';

/** The key in the workflow's static data: that of a node is lost when it's renamed. */
function globalKeyOf({ id }: INode): string {
	return `oktaSystemLog/${id}`;
}

function isSeenPage(value: unknown): value is SeenPage {
	return isRecord(value) && isTime(value.readAt) && Array.isArray(value.digests);
}

function parse(stored: unknown): LogCursor | undefined {
	if (!isRecord(stored)) return undefined;
	const { owner, orgUrl, orgId, filter, next, start, time, end, seen } = stored;
	if (typeof owner !== 'string' || typeof orgUrl !== 'string') return undefined;
	if (typeof filter !== 'string' || !isTime(start) || !isTime(time)) return undefined;
	if (!Array.isArray(seen)) return undefined;
	return {
		owner,
		orgUrl,
		orgId: typeof orgId === 'string' ? orgId : undefined,
		filter,
		next: typeof next === 'string' ? next : undefined,
		start,
		time,
		end: isTime(end) ? end : undefined,
		seen: (seen as unknown[]).filter(isSeenPage),
	};
}

/** When it last changed, as far as it tells (ISO 8601). */
function changedAt({ time, end = time, seen }: LogCursor): string {
	const times = [time, end, ...seen.map(({ readAt }) => readAt)].map((each) => Date.parse(each));
	return new Date(Math.max(...times)).toISOString();
}

/**
 * How far the node has read, as far as n8n remembers; undefined if it hasn't begun. What came along with a
 * copy of the workflow says nothing about this node, and does not count.
 *
 * @param owner `ownerOf`
 */
export function readCursor(context: Context, owner: string): LogCursor | undefined {
	const stored: unknown[] = [
		context.getWorkflowStaticData('node')[KEY],
		context.getWorkflowStaticData('global')[globalKeyOf(context.getNode())],
	];
	// A node that gets an earlier name back finds an old one there. With durable cursors, n8n stores that of
	// the node more often.
	const [latest] = stored
		.map(parse)
		.filter((cursor) => cursor !== undefined)
		.filter((cursor) => cursor.owner === owner)
		.sort((one, other) => changedAt(other).localeCompare(changedAt(one)));
	return latest;
}

/** Has n8n keep the cursor with the workflow, as a whole: n8n doesn't see what changes inside. */
export function storeCursor(context: Context, cursor: LogCursor): void {
	const data = cursor as unknown as IDataObject;
	context.getWorkflowStaticData('node')[KEY] = data;
	context.getWorkflowStaticData('global')[globalKeyOf(context.getNode())] = data;
}

/** Leaves nothing of the cursor in what n8n keeps. */
export function forgetCursor(context: Context): void {
	delete context.getWorkflowStaticData('node')[KEY];
	delete context.getWorkflowStaticData('global')[globalKeyOf(context.getNode())];
}
