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

/** What n8n gets from the webhook; undefined if too many deliveries wait. */
type HandedOff = IWebhookResponseData | undefined;

/** What a request body takes for an event, in bytes, if the request doesn't tell its length. */
const EVENT_BYTES = 4_096;

/**
 * An item is some 5 kB, and n8n loads an execution as a whole: these stay below a megabyte. Each delivery
 * that waits can hold 9 MB, for n8n as shipped makes an isolate for each request. Okta gives up after 3
 * seconds, and n8n may not store anything for long: with its concurrency limit, it answers only once an
 * execution may run.
 */
const groups = new Groups<INodeExecutionData>({
	storing: 2,
	waitMs: 500,
	items: 100,
	bytes: 512 * 1024,
	held: 100,
});

/**
 * Events of groups that n8n couldn't store, with their trigger, the oldest first: they go alone when they
 * come again.
 */
const failedInGroup = new Set<string>();

const MAX_FAILED = 1_000;

/**
 * Calls back with the status once n8n answers the request, or once the connection closes without that.
 * The response's own `finish` isn't enough: it never fires if Okta has disconnected, although n8n still
 * stores and runs the execution.
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
	// A repeat that waited for another delivery may have lost its connection meanwhile.
	if (response.destroyed) onClose();
	response.on('close', () => {
		if (!hasResponded) onClose();
	});
}

/** Remembers which events go alone when they come again. */
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

/** A test in n8n's editor is over with its first execution. */
function mayGroup(context: IWebhookFunctions): boolean {
	if (context.getMode() === 'manual') return false;
	// One read of the whole collection is faster than one of the option.
	const options: unknown = context.getNodeParameter('options', {}, { rawExpressions: true });
	return !isRecord(options) || options.oneExecutionPerDelivery !== true;
}

/** Hands items to n8n, which answers once it has stored the execution. */
function lead(
	key: string,
	response: Response,
	{ events, settle, abandon }: Claim<LogEvent>,
	{ items, isGroup, end, release }: Leader<INodeExecutionData>,
): IWebhookResponseData {
	const onResponseEnd = (status: number) => {
		const isStored = status >= 200 && status < 300;
		settle(isStored);
		if (isGroup || isStored) settleGroup(key, events, isStored);
		end(isStored);
	};
	onEnd(response, onResponseEnd, () => {
		abandon();
		release();
	});
	return { workflowData: [items] };
}

/** Answers a delivery whose items went to n8n with another's, once n8n has stored the execution. */
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
 * Hands the items of a delivery to n8n: alone, or with those of others that arrive while n8n stores
 * executions of the trigger. n8n or this answers the request once the execution is stored. Nearly always
 * it takes no promise.
 *
 * @param key `nodeKeyOf`
 * @param claim of the delivery's events, which this settles
 * @param items one for each of these events
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
	return chain(groups.join(key, items, bytes, isAlone), (turn) => {
		const response = context.getResponseObject();
		if (turn.is === 'leader') return lead(key, response, claim, turn);
		if (turn.is === 'follower') return follow(key, response, claim, turn);
		claim.settle(false);
		return undefined;
	});
}
