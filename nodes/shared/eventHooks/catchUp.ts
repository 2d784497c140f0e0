import type {
	IHookFunctions,
	IPollFunctions,
	IWebhookFunctions,
	NodeOperationError,
} from 'n8n-workflow';

import { apiError, messageOf, operationError, withMessage } from '../errors';
import { runsElsewhere } from '../executions';
import { seenEvents } from '../events/seen';
import { openOkta } from '../okta/client';
import type { Okta } from '../okta/client';
import { systemLogApi } from '../okta/systemLogApi';
import type { EventHook, LogEvent } from '../okta/types';
import { debugDataOf } from '../oktaEvent/event';
import type { Filter } from '../oktaEvent/filter';
import { nodeKeyOf } from '../owner';
import { readParameter } from '../readParameter';
import { report } from '../report';
import { forgetCursor, storeCursor } from '../systemLog/cursorStore';
import { forgetReader, knownReader, readerOf } from '../systemLog/memory';
import { logSpecFor } from '../systemLog/logSpec';
import { openCursor } from '../systemLog/openCursor';
import { pollSystemLog } from '../systemLog/poll';
import { isCatchUpOn } from './catchUpParameter';
import type { HookSpec } from './hookSpec';
import { publishedNode } from './memory';
import type { PublishedNode } from './memory';
import type { Poll } from './repair';
import { trafficOf } from './traffic';
import { explainUndelivered, recordUndelivered } from './undelivered';

const DAY_MS = 24 * 3_600_000;

/** What to do if n8n can't tell which events the trigger already has. */
const WORKAROUND =
	"Turn off 'Catch Up From System Log' and use the example workflow for queue mode, which combines both triggers and drops duplicates: https://github.com/n8n-nodes-okta-mfa/n8n-nodes-okta-mfa/blob/HEAD/examples/instant-and-complete-queue-mode.json";

const LOG_RECOVERY = 'n8n can read the System Log again.';

const DELIVERY_RECOVERY = "Okta's deliveries arrive again.";

/** n8n tries to publish five times within half a minute and shows the last error. */
const RETRY_WINDOW_MS = 60_000;

/** When publishing last found that requests reach another process, in ms since 1970, by `nodeKeyOf`. */
const misdeliveredAt = new Map<string, number>();

function createMisdeliveryError(context: IHookFunctions): NodeOperationError {
	return operationError(
		context.getNode(),
		`'Catch Up From System Log' doesn't work here: Okta's requests reach a different n8n process than the one that reads the System Log, so n8n can't tell which events it already has. ${WORKAROUND}`,
		'configuration-invalid',
	);
}

/**
 * @param key `nodeKeyOf`
 * @throws NodeOperationError if Okta applies a filter that n8n can't apply to the System Log, or if a
 * recent attempt to publish found that requests reach another process
 */
export function assertCatchUpPossible(context: IHookFunctions, key: string): void {
	if (!isCatchUpOn(context)) return;
	if (Date.now() - (misdeliveredAt.get(key) ?? 0) < RETRY_WINDOW_MS) {
		throw createMisdeliveryError(context);
	}
	const expression = readParameter(context, 'options.filterExpression', '', true);
	if (String(expression).trim() === '') return;
	throw operationError(
		context.getNode(),
		"'Catch Up From System Log' doesn't work with 'Filter Expression': Okta applies the expression to deliveries only, not to the System Log. Turn off one of them. All other filters apply to both.",
		'configuration-invalid',
	);
}

/**
 * Checks that the node may read the System Log, and finds where to start: where it left off, or now.
 *
 * @param key `nodeKeyOf`
 * @returns a function that stores that position
 * @throws NodeApiError that names the scope or role if one is missing
 */
export async function prepareCatchUp(
	context: IHookFunctions,
	okta: Okta,
	filters: readonly Filter[],
	{ isTest }: Pick<HookSpec, 'isTest'>,
	key: string,
): Promise<() => void> {
	const start = new Date();
	if (!isCatchUpOn(context)) {
		return () => {
			seenEvents.untrack(key);
			forgetReader(key);
			forgetCursor(context);
		};
	}
	const { filter } = logSpecFor(context, filters, okta.orgUrl);
	await systemLogApi(okta).latest(filter, 1);
	if (isTest) return () => {};
	const cursor = await openCursor(context, okta, key, filter, () => start);
	return () => {
		readerOf(key).cursor = cursor;
		storeCursor(context, cursor);
	};
}

/**
 * Checks that Okta's requests reach this process. Otherwise, it can't know which events were delivered.
 *
 * @param key `nodeKeyOf`
 * @param authorization of Okta's verification request, if it reached this process
 * @returns the error to show, or undefined if there's no problem
 */
export function misdeliveryError(
	context: IHookFunctions,
	key: string,
	authorization: string[] | undefined,
): NodeOperationError | undefined {
	if (!isCatchUpOn(context) || authorization !== undefined) return undefined;
	misdeliveredAt.set(key, Date.now());
	return createMisdeliveryError(context);
}

/**
 * Prepares for a genuine delivery. Its events count as pending until their execution starts. The first
 * delivery after each poll also makes n8n store the node's position, which a poll can't.
 */
export function prepareForDelivery(context: IWebhookFunctions, key: string): void {
	if (!isCatchUpOn(context) || context.getMode() === 'manual') return;
	seenEvents.track(key);
	const reader = knownReader(key);
	if (!reader?.cursor || !reader.isUnsaved) return;
	reader.isUnsaved = false;
	storeCursor(context, reader.cursor);
}

/** Where to start without a stored position: a day ago, but no earlier than the hook was created. */
function defaultStart(hook: EventHook | undefined, now: number): Date {
	const created = Date.parse(hook?.created ?? '') || now;
	return new Date(Math.max(created, now - DAY_MS));
}

/** Whether Okta logged the event as one to deliver to the hook. */
function isLoggedFor(hookId: string | undefined, event: LogEvent): boolean {
	if (hookId === undefined) return false;
	return String(debugDataOf(event).targetEventHookIds)
		.split(/[\s,]+/)
		.includes(hookId);
}

async function readLog(
	context: IPollFunctions,
	filters: readonly Filter[],
	node: PublishedNode,
	now: number,
): Promise<LogEvent[]> {
	const okta = await openOkta(context);
	const inLog = logSpecFor(context, filters, okta.orgUrl);
	return await pollSystemLog(
		context,
		okta,
		{
			...inLog,
			isUnpublished: () => node.isUnpublished,
			howToReadMore: 'use an Okta User MFA Polling Trigger that polls every minute',
		},
		() => defaultStart(node.lastWrite, now),
	);
}

/**
 * Hands off events from the System Log that the hook hasn't delivered. Reports to the user if that isn't
 * possible, or if the hook delivers nothing at all.
 */
export async function catchUp(context: IPollFunctions, filters: readonly Filter[]): Promise<void> {
	if (!isCatchUpOn(context)) return;
	const key = nodeKeyOf(context);
	const node = publishedNode(key);
	if (!node || node.isUnpublished) return;
	const poll: Poll = { context, key, node, now: Date.now() };
	const toError = (message: string) => apiError(context.getNode(), message);
	if (runsElsewhere(key)) {
		const message = `n8n stopped catching up from the System Log because this workflow's executions run in another process (queue mode), so n8n can't tell which events it already has. ${WORKAROUND}`;
		node.logProblem = report(poll, node.logProblem, toError(message), LOG_RECOVERY);
		return;
	}
	try {
		const found = await readLog(context, filters, node, poll.now);
		node.logProblem = report(poll, node.logProblem, undefined, LOG_RECOVERY);
		const missed = found.filter((event) => isLoggedFor(node.lastWrite?.id, event));
		const { undelivered } = node;
		node.undelivered = recordUndelivered(undelivered, trafficOf(key), missed.length, poll.now);
		const message = explainUndelivered(node.undelivered, poll.now);
		node.deliveryProblem = report(
			poll,
			node.deliveryProblem,
			message ? toError(message) : undefined,
			DELIVERY_RECOVERY,
		);
	} catch (error) {
		const message = `n8n can't catch up from the System Log, so events that Okta can't deliver don't start this workflow. ${messageOf(error)}`;
		const problem = withMessage(context.getNode(), error, message);
		node.logProblem = report(poll, node.logProblem, problem, LOG_RECOVERY);
	}
}
