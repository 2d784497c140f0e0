import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { chain } from '../chain';
import { idOf } from '../events/idOf';
import type { Claim } from '../events/seenEvents';
import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { respond, RESPONDED } from './respond';
import type { Response } from './respond';
import { Groups } from './groups';
import type { Follower, Leader } from './groups';

/** What the webhook returns to n8n; undefined if too many deliveries are waiting. */
type HandedOff = IWebhookResponseData | undefined;

/** Estimated size of an event, in bytes, for requests without a Content-Length. */
const EVENT_BYTES = 4_096;

/**
 * An item is about 5 kB, and n8n loads whole executions into memory, so these limits keep an execution below
 * a megabyte. Each waiting delivery can hold 9 MB, because n8n creates an isolate per request by default.
 * Okta gives up after 3 seconds. n8n may store nothing for a long time: with a concurrency limit, it responds
 * only once the execution is allowed to run.
 */
const groups = new Groups<INodeExecutionData>({
	storing: 2,
	waitMs: 500,
	items: 100,
	bytes: 512 * 1024,
	pending: 100,
});

/** Events of groups that n8n couldn't store, with their trigger, oldest first. Their next delivery goes alone. */
const failedInGroup = new Set<string>();

const MAX_FAILED = 1_000;

/**
 * Calls one of the callbacks once n8n responds to the request, or once the connection closes without a
 * response. The response's own `finish` isn't enough: it never fires if Okta has disconnected, although n8n
 * still stores and runs the execution.
 */
function onEnd(
	response: Response,
	onResponseEnd: (status: number) => void,
	onClose: () => void,
): void {
	const end = response.end;
	let hasResponded = false;
	response.end = function (this: Response, ...args: Parameters<typeof end>) {
		hasResponded = true;
		onResponseEnd(this.statusCode);
		return end.apply(this, args);
	} as typeof end;
	// The connection may have closed while the delivery waited for another one.
	if (response.destroyed) onClose();
	response.on('close', () => {
		if (!hasResponded) onClose();
	});
}

/** Remembers which events must go alone if they're delivered again. */
function settleGroup(key: string, events: LogEvent[], isStored: boolean): void {
	if (isStored && failedInGroup.size === 0) return;
	for (const event of events) {
		if (isStored) failedInGroup.delete(`${key}/${idOf(event)}`);
		else failedInGroup.add(`${key}/${idOf(event)}`);
	}
	for (const oldest of failedInGroup) {
		if (failedInGroup.size <= MAX_FAILED) break;
		failedInGroup.delete(oldest);
	}
}

function mustGoAlone(key: string, events: LogEvent[]): boolean {
	if (failedInGroup.size === 0) return false;
	return events.some((event) => failedInGroup.has(`${key}/${idOf(event)}`));
}

/** A test in n8n's editor ends with its first execution. */
function mayGroup(context: IWebhookFunctions): boolean {
	if (context.getMode() === 'manual') return false;
	// Reading the whole collection is faster than reading one option.
	const options: unknown = context.getNodeParameter('options', {}, { rawExpressions: true });
	return !isRecord(options) || options.oneExecutionPerDelivery !== true;
}

/** Passes items to n8n, which responds once it has stored the execution. */
function lead(
	key: string,
	response: Response,
	{ events, settle, abandon }: Claim<LogEvent>,
	{ items, isGroup, finish, release }: Leader<INodeExecutionData>,
): IWebhookResponseData {
	const onResponseEnd = (status: number) => {
		const isStored = status >= 200 && status < 300;
		settle(isStored);
		if (isGroup || isStored) settleGroup(key, events, isStored);
		finish(isStored);
	};
	onEnd(response, onResponseEnd, () => {
		abandon();
		release();
	});
	return { workflowData: [items] };
}

/** Responds to a delivery whose items another one passed to n8n, once n8n has stored the execution. */
async function follow(
	key: string,
	response: Response,
	{ events, settle, abandon }: Claim<LogEvent>,
	{ isStored, leave }: Follower,
): Promise<IWebhookResponseData> {
	const isClosed = new Promise<undefined>((resolve) => {
		if (response.destroyed) resolve(undefined);
		response.on('close', () => resolve(undefined));
	});
	void isStored.then((stored) => {
		settle(stored);
		settleGroup(key, events, stored);
	});
	const stored = await Promise.race([isStored, isClosed]);
	if (stored !== undefined) return respond(response, stored ? 204 : 503);
	abandon();
	leave();
	return RESPONDED;
}

/**
 * Passes the items of a delivery to n8n, alone or together with those of other deliveries that arrive while
 * n8n stores executions of the trigger. The request gets its response, from n8n or from here, once the
 * execution is stored. Almost always returns without a promise.
 *
 * @param key `nodeKeyOf`
 * @param claim of the delivery's events; settled here
 * @param items one per event
 */
export function handOff(
	context: IWebhookFunctions,
	key: string,
	claim: Claim<LogEvent>,
	items: INodeExecutionData[],
): HandedOff | Promise<HandedOff> {
	const length = Number(context.getHeaderData()['content-length']);
	const bytes = length || items.length * EVENT_BYTES;
	const isAlone = !mayGroup(context) || mustGoAlone(key, claim.events);
	return chain(groups.join(key, items, bytes, isAlone), (joined) => {
		const response = context.getResponseObject();
		if (joined.is === 'leader') return lead(key, response, claim, joined);
		if (joined.is === 'follower') return follow(key, response, claim, joined);
		claim.settle(false);
		return undefined;
	});
}
