import { NodeOperationError, sleep } from 'n8n-workflow';
import type {
	Failure,
	IDataObject,
	IHttpRequestMethods,
	IHttpRequestOptions,
	INode,
} from 'n8n-workflow';

import { apiError } from '../errors';
import { isRecord } from '../isRecord';
import { readClientKey } from './clientKey';
import type { ClientKey } from './clientKey';
import { credentialOf } from './credential';
import type { OktaContext, OktaCredential } from './credential';
import { detailsOf, explainFailure } from './explain';
import { readAnswer, readFailure } from './failure';
import type { OktaAnswer, OktaFailure } from './failure';
import { readOrgId } from './orgId';
import { ORG_URL_HELP, parseOrgUrl } from './orgUrl';
import type { OktaResource } from './resource';
import { RENEW_HEADER } from './serviceApp/renewal';

const TIMEOUT_MS = 30_000;
const RETRY_DELAY_MS = 1_000;

export interface OktaRequest {
	method: IHttpRequestMethods;
	/** Path below the org URL with the query, e.g. `/api/v1/logs?limit=1`. */
	path: string;
	/** The part of Okta's API that the path is in. */
	resource: OktaResource;
	body?: IDataObject;
	/** Whether the call must not be sent twice, because a second one could do its work again. */
	once?: boolean;
	/** ms for which the reset of a used-up rate limit may be waited for; not at all if left out. */
	patience?: number;
	/** Failures that are none for this call: it resolves with undefined. */
	tolerate?: (failure: OktaFailure) => boolean;
	/** What a failure of just this call means; undefined leaves it to the general explanation. */
	explain?: (failure: OktaFailure) => string | undefined;
}

function isPassing({ status, connectionCode }: OktaFailure): boolean {
	if (status !== undefined) return status >= 500;
	return connectionCode === 'ECONNRESET' || connectionCode === 'ECONNREFUSED';
}

/** How long to wait, in ms, before a request that failed is sent once more; undefined: not at all. */
function delayBeforeRetry(failure: OktaFailure, { once, patience = 0 }: OktaRequest) {
	if (failure.status === 429 && failure.resetAt) {
		const untilReset = Math.max(failure.resetAt.getTime() - Date.now(), 0) + RETRY_DELAY_MS;
		return untilReset <= patience ? untilReset : undefined;
	}
	return isPassing(failure) && !once ? RETRY_DELAY_MS : undefined;
}

/**
 * Sends the request once. n8n signs it, and refreshes an access token that Okta answers 401 to.
 *
 * Other answers than 2xx are taken as they are: the errors that n8n 1 makes of them lose the headers.
 * There, only what follows a refresh still comes as such an error.
 *
 * A service app's token is renewed too, and the request sent again, where Okta refuses its proof or
 * what it is for: that helps after a clock was set right, or a scope was granted.
 */
async function send(
	context: OktaContext,
	type: OktaCredential['type'],
	options: IHttpRequestOptions,
): Promise<OktaAnswer> {
	const request = async (changes: Partial<IHttpRequestOptions>) =>
		(await context.helpers.httpRequestWithAuthentication.call(context, type, {
			...options,
			ignoreHttpStatusErrors: { ignore: true, except: [401] },
			returnFullResponse: true,
			...changes,
		})) as OktaAnswer;
	const answer = await request({});
	// n8n 1 knows no exceptions, and refreshes the token only for a 401 that is an error.
	if (answer.statusCode === 401) return await request({ ignoreHttpStatusErrors: false });
	const isForLack = answer.statusCode === 403 || readAnswer(answer).proofError !== undefined;
	if (type === 'oktaServiceAppApi' && isForLack) {
		return await request({ headers: { ...options.headers, [RENEW_HEADER]: 'true' } });
	}
	return answer;
}

/** A 2xx answer, or why there is none. */
async function trySend(
	context: OktaContext,
	type: OktaCredential['type'],
	options: IHttpRequestOptions,
): Promise<{ answer: OktaAnswer; failure?: undefined } | { failure: OktaFailure }> {
	try {
		const answer = await send(context, type, options);
		const isSuccess = answer.statusCode >= 200 && answer.statusCode < 300;
		return isSuccess ? { answer } : { failure: readAnswer(answer) };
	} catch (error) {
		return { failure: readFailure(error) };
	}
}

/** Why the call failed, in n8n's terms, as far as that is certain. */
function toFailure({
	status,
	connectionCode,
	disconnected,
	oauthError,
	resetAt,
}: OktaFailure): Failure | undefined {
	if (status === 429) return { cause: 'rate-limited', resetsAtEpochMs: resetAt?.getTime() };
	if (status !== undefined && status >= 500) return { cause: 'temporarily-unavailable' };
	if (connectionCode !== undefined) return { cause: 'temporarily-unavailable' };
	if (disconnected || oauthError !== undefined || status === 401) {
		return { cause: 'credential-invalid' };
	}
	return undefined;
}

/** The Okta org of a node's credential, for one call from n8n. */
export interface Okta {
	/** The org's origin, e.g. `https://your-org.okta.com`. */
	orgUrl: string;
	/** The node that calls, for errors. */
	node: INode;
	/** What only n8n and Okta know of the client; undefined if there is nothing long enough. */
	clientKey: ClientKey | undefined;
	/**
	 * Calls Okta's Management API. A call that a passing fault of Okta broke is sent once more, and
	 * one that met a used-up rate limit, if there is patience for it.
	 *
	 * @returns Okta's answer, its body not checked in any way; undefined for a tolerated failure
	 * @throws NodeApiError that says what happened and what to do, with `httpCode` set to Okta's status
	 * as text, or null where no answer came. It holds nothing of the request.
	 * @see https://developer.okta.com/docs/reference/core-okta-api/
	 */
	call(request: OktaRequest): Promise<OktaAnswer | undefined>;
	/**
	 * The org's id, which stays the same when a custom domain is added. Undefined if Okta doesn't tell.
	 */
	readOrgId(): Promise<string | undefined>;
}

async function callOkta(
	context: OktaContext,
	orgUrl: string,
	credential: OktaCredential,
	request: OktaRequest,
): Promise<OktaAnswer | undefined> {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: `${orgUrl}${request.path}`,
		headers: { Accept: 'application/json' },
		body: request.body,
		json: true,
		timeout: TIMEOUT_MS,
		// A redirect would carry the access token to wherever it points.
		disableFollowRedirect: true,
	};
	let outcome = await trySend(context, credential.type, options);
	const delay = outcome.failure && delayBeforeRetry(outcome.failure, request);
	if (delay !== undefined) {
		await sleep(delay);
		outcome = await trySend(context, credential.type, options);
	}
	const { failure } = outcome;
	if (failure === undefined) return outcome.answer;
	// A refused proof says nothing about the request, of which it has the status 400.
	const isAboutRequest = failure.proofError === undefined;
	if (isAboutRequest && request.tolerate?.(failure)) return undefined;
	const call = { orgUrl, credential, resource: request.resource };
	const meaning = isAboutRequest ? request.explain?.(failure) : undefined;
	const message = meaning ?? explainFailure(failure, call);
	const details = detailsOf(failure);
	// All in the message: of an activation that failed, n8n 2 shows only that, and n8n 1 only the
	// description if there is one.
	const text = details === undefined ? message : `${message} (${details})`;
	throw apiError(context.getNode(), text, {
		httpCode: failure.status?.toString(),
		failure: toFailure(failure),
	});
}

/**
 * Reads the node's credential and opens its org.
 *
 * @throws NodeOperationError where the credential holds no usable org URL, or was never connected
 */
export async function openOkta(context: OktaContext): Promise<Okta> {
	const credential = credentialOf(context);
	const { type, name } = credential;
	const node = context.getNode();
	const data = await context.getCredentials(type);
	const orgUrl = parseOrgUrl(data.url);
	if (orgUrl === undefined) {
		throw new NodeOperationError(
			node,
			`The credential '${name}' has no usable org URL. ${ORG_URL_HELP}.`,
		);
	}
	if (type === 'oktaOAuth2Api' && !isRecord(data.oauthTokenData)) {
		throw new NodeOperationError(
			node,
			`The credential '${name}' is not connected yet. Open it, press 'Connect' and allow access in Okta, then try again.`,
		);
	}
	return {
		orgUrl,
		node,
		clientKey: readClientKey(type, data),
		call: async (request) => await callOkta(context, orgUrl, credential, request),
		readOrgId: async () => await readOrgId(context, orgUrl),
	};
}
