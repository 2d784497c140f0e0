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
import { eventFilterFor } from '../oktaEvent/eventFilter';
import type { Filter } from '../oktaEvent/filter';
import { itemMapperFor } from '../oktaEvent/output';
import { respond, RESPONDED } from './respond';
import { authenticate, authorizationOf } from './authenticate';
import type { Verdict } from './authenticate';
import { expectDelivery } from './catchUp';
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

/** What n8n gets from the webhook: nearly always at once. */
type Handled = IWebhookResponseData | Promise<IWebhookResponseData>;

type Rejected = Extract<Verdict, { is: 'rejected' }>;

const rejections = new Rejections();

/** Rejects a request and logs why, each cause at most once a minute. */
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

/** The headers without the secret, also where a proxy copied it under another name. */
function withoutSecret(headers: Headers, secret: string): IDataObject {
	const kept: IDataObject = {};
	for (const name of Object.keys(headers)) {
		const value = headers[name];
		if (name !== 'authorization' && !contains(String(value), secret)) kept[name] = value;
	}
	return kept;
}

function contains(text: string, secret: string): boolean {
	// Nearly every header is shorter than the secret.
	return text.length >= secret.length && text.includes(secret);
}

/** Checks the secret with the credential, since n8n doesn't remember it. */
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
		reason: 'its Authorization header is newer than the credential that n8n last read',
	};
}

/** Whether the body says that it comes from the event hook: others can't know the hook's id. */
function isFrom(body: unknown, hookId: string | undefined): boolean {
	if (hookId === undefined || !isRecord(body)) return false;
	return typeof body.source === 'string' && body.source.endsWith(`/${hookId}`);
}

/**
 * Handles a genuine delivery: drops unwanted and repeated events, and hands off the rest as items.
 *
 * @throws if a parameter's expression fails
 */
function takeDelivery(
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
	expectDelivery(context, key);
	const toOutput = itemMapperFor(context);
	const wanted = delivery.events.filter(eventFilterFor(context, filters));
	return chain(seenEvents.claim(key, wanted, idOf), (claim) => {
		if (claim === undefined) {
			return reject(context, 503, 'n8n is storing its event, which it found in the System Log');
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
		return chain(handOff(context, key, claim, items), (handedOn) => {
			if (handedOn !== undefined) return handedOn;
			const hookId = readHookId(context);
			return reject(context, 503, 'too many deliveries wait for n8n to store them', hookId);
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
	if (authorization && isFrom(context.getBodyData(), hookId)) {
		traffic.rejected = authorization;
		traffic.latestSecretTime = stored?.secretTime ?? 0;
	}
	return reject(context, status, reason, hookId);
}

/**
 * Handles a delivery if it has the right secret. A rejected request starts no execution.
 *
 * Responds with 401 without the right secret, 503 if n8n has nothing to compare it with (Okta then tries
 * again), 400 if the body isn't a delivery, 204 to a delivery without anything new. Otherwise n8n responds
 * with 204 once the execution is stored.
 *
 * @throws if a genuine delivery meets a parameter with a faulty expression
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
			? takeDelivery(context, filters, traffic, decided.secret)
			: rejectDelivery(context, traffic, decided, stored),
	);
}

/** Answers Okta's verification request: the challenge, and nothing else. */
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
 * Answers a request to the webhook of an event hook trigger: Okta's verification (GET, the webhook
 * named `setup`) or a delivery (POST, `default`).
 *
 * @param filters which events to let through
 * @throws if a parameter's expression fails; n8n then answers 500, and Okta tries once more
 */
export function receive(context: IWebhookFunctions, filters: readonly Filter[]): Handled {
	return context.getWebhookName() === 'setup'
		? receiveVerification(context)
		: receiveDelivery(context, filters);
}
