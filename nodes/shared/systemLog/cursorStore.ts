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

/** The key in the workflow's static data. A node's own static data is lost when the node is renamed. */
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

/** When the cursor last changed, judging by its own times (ISO 8601). */
function changedAt({ time, end = time, seen }: LogCursor): string {
	const times = [time, end, ...seen.map(({ readAt }) => readAt)].map((each) => Date.parse(each));
	return new Date(Math.max(...times)).toISOString();
}

/**
 * The cursor that n8n has stored for the node; undefined if it hasn't read anything. A cursor that was copied
 * along with the workflow isn't this node's and is ignored.
 *
 * @param owner `ownerOf`
 */
export function readCursor(context: Context, owner: string): LogCursor | undefined {
	const stored: unknown[] = [
		context.getWorkflowStaticData('node')[KEY],
		context.getWorkflowStaticData('global')[globalKeyOf(context.getNode())],
	];
	// Either copy can be out of date: a node that is renamed back finds its old cursor, and with durable cursors,
	// n8n stores the node's own static data more often. So take the latest.
	const [latest] = stored
		.map(parse)
		.filter((cursor) => cursor !== undefined)
		.filter((cursor) => cursor.owner === owner)
		.sort((one, other) => changedAt(other).localeCompare(changedAt(one)));
	return latest;
}

/** Stores the cursor with the workflow. It's replaced as a whole because n8n doesn't detect nested changes. */
export function storeCursor(context: Context, cursor: LogCursor): void {
	const data = cursor as unknown as IDataObject;
	context.getWorkflowStaticData('node')[KEY] = data;
	context.getWorkflowStaticData('global')[globalKeyOf(context.getNode())] = data;
}

/** Removes the cursor from the static data that n8n stores. */
export function forgetCursor(context: Context): void {
	delete context.getWorkflowStaticData('node')[KEY];
	delete context.getWorkflowStaticData('global')[globalKeyOf(context.getNode())];
}
