import { NodeOperationError, sleep } from 'n8n-workflow';
import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { apiError } from '../errors';
import { isRecord } from '../isRecord';
import { credentialOf } from './credential';
import type { OktaContext } from './credential';
import { detailsOf, explainFailure } from './explain';
import { readAnswer, readFailure } from './failure';
import type { OktaAnswer, OktaFailure } from './failure';
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

/**
 * The org URL of the node's credential.
 *
 * @returns the org's origin, e.g. `https://your-org.okta.com`
 * @throws NodeOperationError where the credential holds no usable one, or was never connected
 */
export async function getOrgUrl(context: OktaContext): Promise<string> {
	const { type, name } = credentialOf(context);
	const { url, oauthTokenData } = await context.getCredentials(type);
	const orgUrl = parseOrgUrl(url);
	if (orgUrl === undefined) {
		throw new NodeOperationError(
			context.getNode(),
			`The credential '${name}' has no usable org URL. ${ORG_URL_HELP}.`,
		);
	}
	if (type === 'oktaOAuth2Api' && !isRecord(oauthTokenData)) {
		throw new NodeOperationError(
			context.getNode(),
			`The credential '${name}' is not connected yet. Open it, press 'Connect' and allow access in Okta, then try again.`,
		);
	}
	return orgUrl;
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
async function send(context: OktaContext, options: IHttpRequestOptions): Promise<OktaAnswer> {
	const { type } = credentialOf(context);
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
async function attempt(
	context: OktaContext,
	options: IHttpRequestOptions,
): Promise<{ answer: OktaAnswer; failure?: undefined } | { failure: OktaFailure }> {
	try {
		const answer = await send(context, options);
		const isSuccess = answer.statusCode >= 200 && answer.statusCode < 300;
		return isSuccess ? { answer } : { failure: readAnswer(answer) };
	} catch (error) {
		return { failure: readFailure(error) };
	}
}

/**
 * Calls Okta's Management API with the node's credential. A call that a passing fault of Okta broke
 * is sent once more, and one that met a used-up rate limit, if there is patience for it.
 *
 * @returns Okta's answer, its body not checked in any way; undefined for a tolerated failure
 * @throws NodeApiError that says what happened and what to do, with `httpCode` set to Okta's status
 * as text, or null where no answer came. It holds nothing of the request.
 * @see https://developer.okta.com/docs/reference/core-okta-api/
 */
export async function callOkta(
	context: OktaContext,
	request: OktaRequest,
): Promise<OktaAnswer | undefined> {
	const orgUrl = await getOrgUrl(context);
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
	let outcome = await attempt(context, options);
	const delay = outcome.failure && delayBeforeRetry(outcome.failure, request);
	if (delay !== undefined) {
		await sleep(delay);
		outcome = await attempt(context, options);
	}
	const { failure } = outcome;
	if (failure === undefined) return outcome.answer;
	// A refused proof says nothing about the request, of which it has the status 400.
	const isAboutRequest = failure.proofError === undefined;
	if (isAboutRequest && request.tolerate?.(failure)) return undefined;
	const call = { orgUrl, credential: credentialOf(context), resource: request.resource };
	const meaning = isAboutRequest ? request.explain?.(failure) : undefined;
	const message = meaning ?? explainFailure(failure, call);
	const details = detailsOf(failure);
	// All in the message: of an activation that failed, n8n 2 shows only that, and n8n 1 only the
	// description if there is one.
	const text = details === undefined ? message : `${message} (${details})`;
	throw apiError(context.getNode(), text, failure.status?.toString());
}
