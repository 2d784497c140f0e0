import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import type { LogEvent } from '../okta/types';
import { answerChallenge, CHALLENGE_HEADER } from './challenge';
import { parseDelivery } from './delivery';
import type { Delivery } from './delivery';
import { readStored } from './registration';
import { isSecret } from './secret';
import { SeenEvents } from './seenEvents';

type Response = ReturnType<IWebhookFunctions['getResponseObject']>;
type Headers = ReturnType<IWebhookFunctions['getHeaderData']>;

/** Makes the item of one event. */
export type ToItem = (event: LogEvent, delivery: Delivery, headers: IDataObject) => IDataObject;

/** What a node does with the events of a delivery. */
export interface EventHandling {
	/** Whether the person who set the node up wants the event. */
	isWanted: (event: LogEvent) => boolean;
	toItem: ToItem;
}

/** Okta repeats within seconds; at its limit of 400,000 events a day, this is half an hour. */
const seenEvents = new SeenEvents(10_000);

/** n8n has nothing more to do: the node itself has answered. */
const ANSWERED: IWebhookResponseData = { noWebhookResponse: true };

function answer(response: Response, status: number): IWebhookResponseData {
	response.status(status).end();
	return ANSWERED;
}

/** The value of the secret's header, unless there is none or more than one. */
function readSecret(context: IWebhookFunctions): string | undefined {
	// Node drops all but the first of a repeated Authorization header from `headers`.
	const { rawHeaders } = context.getRequestObject();
	const values: string[] = [];
	for (let index = 0; index < rawHeaders.length; index += 2) {
		if (rawHeaders[index].toLowerCase() === 'authorization') values.push(rawHeaders[index + 1]);
	}
	return values.length === 1 ? values[0] : undefined;
}

/** The headers without the secret, also where a proxy copied it under another name. */
function withoutSecret(headers: Headers, secret: string): IDataObject {
	const kept: IDataObject = {};
	for (const name of Object.keys(headers)) {
		const value = headers[name];
		if (name !== 'authorization' && !String(value).includes(secret)) kept[name] = value;
	}
	return kept;
}

/**
 * Calls back with the status once n8n answers the request. The response's own `finish` does not do:
 * it never comes when Okta has hung up meanwhile, although n8n still stores and runs the execution.
 */
function onAnswer(response: Response, callback: (status: number) => void): void {
	const end = response.end;
	response.end = function (this: Response, ...args: Parameters<typeof end>) {
		callback(this.statusCode);
		return end.apply(this, args);
	} as typeof end;
}

/** What tells an event from others of its hook. */
function idOf({ uuid }: LogEvent): string | undefined {
	return typeof uuid === 'string' && uuid !== '' ? uuid : undefined;
}

/**
 * Takes a delivery: checks the secret, drops what nobody wants and repeats, and hands the other events
 * on as items. A refused request starts no execution, and only `chooseHandling` may throw.
 *
 * Answers 503 before the hook is registered (Okta then tries again), 401 without the right secret,
 * 400 to what is no delivery, 204 to a delivery without anything new. Otherwise n8n answers 204 once
 * the execution is stored.
 *
 * @param eventTypes the Okta event types to let through
 * @param chooseHandling asked only for a genuine delivery: a parameter with a faulty expression throws
 * @see https://developer.okta.com/docs/concepts/event-hooks/#your-service-s-responses-to-event-delivery-requests
 */
async function receiveDelivery(
	context: IWebhookFunctions,
	eventTypes: readonly string[],
	chooseHandling: () => EventHandling,
): Promise<IWebhookResponseData> {
	const response = context.getResponseObject();
	const registration = readStored(context);
	if (!registration) {
		context.logger.warn('An Okta delivery came before its event hook was registered: 503');
		return answer(response, 503);
	}
	const secret = readSecret(context);
	if (secret === undefined || !isSecret(secret, registration.secretHash)) {
		context.logger.warn("A request to an Okta trigger lacked its event hook's secret: 401");
		return answer(response, 401);
	}
	const delivery = parseDelivery(context.getBodyData(), eventTypes);
	if (!delivery) return answer(response, 400);
	const { isWanted, toItem } = chooseHandling();

	const { events, settle } = await seenEvents.claim(
		registration.hookId,
		delivery.events.filter(isWanted),
		idOf,
	);
	if (events.length === 0) return answer(response, 204);
	onAnswer(response, (status) => settle(status >= 200 && status < 300));
	const headers = withoutSecret(context.getHeaderData(), secret);
	const items = events.map(
		(event): INodeExecutionData => ({ json: toItem(event, delivery, headers) }),
	);
	return { workflowData: [items] };
}

/** Answers Okta's verification request: the challenge, and nothing else. */
function receiveVerification(context: IWebhookFunctions): IWebhookResponseData {
	const response = context.getResponseObject();
	const challenge = answerChallenge(context.getHeaderData()[CHALLENGE_HEADER]);
	if (!challenge) return answer(response, 400);
	response.status(200).json(challenge);
	return ANSWERED;
}

/**
 * Answers a request to the webhook of an event hook trigger: Okta's verification (GET, the webhook
 * named `setup`) or a delivery (POST, `default`).
 *
 * @param eventTypes the Okta event types to let through
 * @throws what `chooseHandling` throws; n8n then answers 500, and Okta tries once more
 */
export async function receive(
	context: IWebhookFunctions,
	eventTypes: readonly string[],
	chooseHandling: () => EventHandling,
): Promise<IWebhookResponseData> {
	if (context.getWebhookName() === 'setup') return receiveVerification(context);
	return await receiveDelivery(context, eventTypes, chooseHandling);
}
