import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { chain } from '../chain';
import { idOf } from '../events/idOf';
import { seenEvents } from '../events/seen';
import { isRecord } from '../isRecord';
import { eventPredicateFor } from '../oktaEvent/eventPredicate';
import type { Filter } from '../oktaEvent/filter';
import { itemMapperFor } from '../oktaEvent/output';
import { respond, RESPONDED } from './respond';
import { authenticate, authorizationOf } from './authenticate';
import type { Verdict } from './authenticate';
import { prepareForDelivery } from './catchUp';
import { respondToChallenge, CHALLENGE_HEADER } from './challenge';
import { parseDelivery } from './delivery';
import { handOff } from './handOff';
import { warn } from './log';
import { publishedNode } from './memory';
import { Rejections } from './rejections';
import { knownSource, readSource } from './secretSource';
import { readHookId, readStoredSecret } from './staticData';
import type { StoredSecret } from './staticData';
import { trafficOfRequest } from './traffic';
import type { Traffic } from './traffic';
import { warnIfUnwatched } from './unwatched';

type Headers = ReturnType<IWebhookFunctions['getHeaderData']>;

/** What the webhook returns to n8n. It's almost never a promise. */
type Handled = IWebhookResponseData | Promise<IWebhookResponseData>;

type Rejected = Extract<Verdict, { is: 'rejected' }>;

const rejections = new Rejections();

/** Rejects a request and logs the cause, at most once a minute per cause. */
function reject(
	context: IWebhookFunctions,
	status: number,
	reason: string,
	hookId?: string,
): IWebhookResponseData {
	const { key } = trafficOfRequest(context);
	const unlogged = rejections.count(`${key} ${status} ${reason}`, Date.now());
	if (unlogged !== undefined) {
		const more = unlogged > 0 ? ` (${unlogged} more since this was last logged)` : '';
		warn(context, `Rejected a request with ${status}: ${reason}${more}.`, { hookId });
	}
	return respond(context.getResponseObject(), status);
}

/** The headers without the secret, even if a proxy copied it to another header. */
function withoutSecret(headers: Headers, secret: string): IDataObject {
	const kept: IDataObject = {};
	for (const name of Object.keys(headers)) {
		const value = headers[name];
		if (name !== 'authorization' && !contains(String(value), secret)) kept[name] = value;
	}
	return kept;
}

function contains(text: string, secret: string): boolean {
	// Almost every header is shorter than the secret.
	return text.length >= secret.length && text.includes(secret);
}

/** Checks the secret against the current credential, since the stored hash can't decide. */
async function authenticateByCredential(
	context: IWebhookFunctions,
	key: string,
	authorization: string[],
	stored: StoredSecret | undefined,
): Promise<Exclude<Verdict, { is: 'undecided' }>> {
	const source = await readSource(context, key, Date.now());
	if ('failure' in source) return { is: 'rejected', status: 503, reason: source.failure };
	const verdict = authenticate(authorization, stored, source);
	if (verdict.is !== 'undecided') return verdict;
	return {
		is: 'rejected',
		status: 503,
		reason: 'its secret is newer than the credential that n8n last read. Okta will retry',
	};
}

/** Whether the body names the event hook as its source. Others can't know the hook's ID. */
function isFromHook(body: unknown, hookId: string | undefined): boolean {
	if (hookId === undefined || !isRecord(body)) return false;
	return typeof body.source === 'string' && body.source.endsWith(`/${hookId}`);
}

/**
 * Accepts a genuine delivery: drops unwanted and repeated events, and hands off the rest as items.
 *
 * @throws if a parameter's expression fails
 */
function acceptDelivery(
	context: IWebhookFunctions,
	filters: readonly Filter[],
	traffic: Traffic,
	secret: string,
): Handled {
	const { key } = traffic;
	traffic.rejected = undefined;
	traffic.arrivedAt = Date.now();
	warnIfUnwatched(context, traffic, traffic.arrivedAt);
	const delivery = parseDelivery(context.getBodyData());
	if (!delivery) {
		return reject(context, 400, "its body isn't an event hook delivery", readHookId(context));
	}
	prepareForDelivery(context, key);
	const toOutput = itemMapperFor(context);
	const wanted = delivery.events.filter(eventPredicateFor(context, filters));
	return chain(seenEvents.claim(key, wanted, idOf), (claim) => {
		if (claim === undefined) {
			return reject(context, 503, 'n8n is already storing one of its events from the System Log');
		}
		const { events } = claim;
		if (events.length < delivery.events.length) {
			context.logger.debug(
				`Delivery ${String(delivery.eventId)}: ${delivery.events.length} events, ${wanted.length} match, ${events.length} new`,
				{ trigger: key },
			);
		}
		if (events.length === 0) return respond(context.getResponseObject(), 204);
		const headers = withoutSecret(context.getHeaderData(), secret);
		const items = events.map(
			(event): INodeExecutionData => ({ json: toOutput(event, delivery, headers) }),
		);
		return chain(handOff(context, key, claim, items), (handedOff) => {
			if (handedOff !== undefined) return handedOff;
			const hookId = readHookId(context);
			return reject(context, 503, 'too many deliveries are waiting to be stored', hookId);
		});
	});
}

/** Rejects a delivery without the right secret. */
function rejectDelivery(
	context: IWebhookFunctions,
	traffic: Traffic,
	{ status, reason, authorization }: Rejected,
	stored: StoredSecret | undefined,
): IWebhookResponseData {
	const hookId = publishedNode(traffic.key)?.lastWrite?.id ?? readHookId(context);
	if (authorization && isFromHook(context.getBodyData(), hookId)) {
		traffic.rejected = authorization;
		traffic.mismatchedSecretTime = stored?.secretTime ?? 0;
	}
	return reject(context, status, reason, hookId);
}

/**
 * Accepts a delivery if it has the right secret. A rejected request starts no execution.
 *
 * Responds with 401 to a wrong secret, 503 if the secret can't be checked (Okta then retries), 400 if the
 * body isn't a delivery, and 204 if it has no new events. Otherwise, n8n responds with 204 once it has stored
 * the execution.
 *
 * @throws if a parameter's expression fails for a genuine delivery
 * @see https://developer.okta.com/docs/concepts/event-hooks/#your-service-s-responses-to-event-delivery-requests
 */
function receiveDelivery(context: IWebhookFunctions, filters: readonly Filter[]): Handled {
	const traffic = trafficOfRequest(context);
	const { key } = traffic;
	const stored = readStoredSecret(context);
	const authorization = authorizationOf(context.getRequestObject().rawHeaders);
	const known = authenticate(authorization, stored, knownSource(key));
	const verdict =
		known.is === 'undecided'
			? authenticateByCredential(context, key, authorization, stored)
			: known;
	return chain(verdict, (decided) =>
		decided.is === 'genuine'
			? acceptDelivery(context, filters, traffic, decided.secret)
			: rejectDelivery(context, traffic, decided, stored),
	);
}

/** Responds to Okta's verification request with just the challenge. */
function receiveVerification(context: IWebhookFunctions): IWebhookResponseData {
	const response = context.getResponseObject();
	const challenge = respondToChallenge(context.getHeaderData()[CHALLENGE_HEADER]);
	if (!challenge)
		return reject(context, 400, 'it has no Okta verification challenge', readHookId(context));
	const traffic = trafficOfRequest(context);
	traffic.challenges += 1;
	traffic.challengeAuthorization = authorizationOf(context.getRequestObject().rawHeaders);
	response.status(200).json(challenge);
	return RESPONDED;
}

/**
 * Handles a request to the webhook of an event hook trigger: Okta's verification (GET, the webhook named
 * `setup`) or a delivery (POST, `default`).
 *
 * @param filters which events to let through
 * @throws if a parameter's expression fails; n8n then responds with 500, and Okta retries once
 */
export function receive(context: IWebhookFunctions, filters: readonly Filter[]): Handled {
	return context.getWebhookName() === 'setup'
		? receiveVerification(context)
		: receiveDelivery(context, filters);
}
