import { NodeOperationError, sleep } from 'n8n-workflow';
import type {
	IDataObject,
	IHookFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { apiError } from '../errors';
import { isRecord } from '../isRecord';
import { detailsOf, explainFailure } from './explain';
import { readAnswer, readFailure } from './failure';
import type { OktaAnswer, OktaFailure } from './failure';
import { ORG_URL_HELP, parseOrgUrl } from './orgUrl';

const CREDENTIAL = 'oktaOAuth2Api';
const TIMEOUT_MS = 30_000;
const RETRY_DELAY_MS = 1_000;

export interface OktaRequest {
	method: IHttpRequestMethods;
	/** Path below the org URL, e.g. `/api/v1/eventHooks`. */
	path: string;
	body?: IDataObject;
	/** Whether the call must not be sent twice, because a second one could do its work again. */
	once?: boolean;
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
export async function getOrgUrl(context: IHookFunctions): Promise<string> {
	const { url, oauthTokenData } = await context.getCredentials(CREDENTIAL);
	const orgUrl = parseOrgUrl(url);
	if (orgUrl === undefined) {
		throw new NodeOperationError(
			context.getNode(),
			`The credential 'Okta OAuth2 API' has no usable org URL. ${ORG_URL_HELP}.`,
		);
	}
	if (!isRecord(oauthTokenData)) {
		throw new NodeOperationError(
			context.getNode(),
			"The credential 'Okta OAuth2 API' is not connected yet. Open it, press 'Connect my account' and allow access in Okta, then try again.",
		);
	}
	return orgUrl;
}

function isPassing({ status, connectionCode }: OktaFailure): boolean {
	if (status !== undefined) return status >= 500;
	return connectionCode === 'ECONNRESET' || connectionCode === 'ECONNREFUSED';
}

/**
 * Sends the request once. n8n signs it, and refreshes an access token that Okta answers 401 to.
 *
 * Other answers than 2xx are taken as they are: the errors that n8n 1 makes of them lose the headers.
 * There, only what follows a refresh still comes as such an error.
 */
async function send(context: IHookFunctions, options: IHttpRequestOptions): Promise<OktaAnswer> {
	const request = async (ignoreHttpStatusErrors: IHttpRequestOptions['ignoreHttpStatusErrors']) =>
		(await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, {
			...options,
			ignoreHttpStatusErrors,
			returnFullResponse: true,
		})) as OktaAnswer;
	const answer = await request({ ignore: true, except: [401] });
	// n8n 1 knows no exceptions, and refreshes the token only for a 401 that is an error.
	return answer.statusCode === 401 ? await request(false) : answer;
}

/** The body of a 2xx answer, or why there is none. */
async function attempt(
	context: IHookFunctions,
	options: IHttpRequestOptions,
): Promise<{ body: unknown; failure?: undefined } | { failure: OktaFailure }> {
	try {
		const answer = await send(context, options);
		const isSuccess = answer.statusCode >= 200 && answer.statusCode < 300;
		return isSuccess ? { body: answer.body } : { failure: readAnswer(answer) };
	} catch (error) {
		return { failure: readFailure(error) };
	}
}

/**
 * Calls Okta's Management API with the node's credential. A call that a passing fault of Okta broke
 * is sent once more.
 *
 * @returns the body of Okta's answer, not checked in any way; undefined for a tolerated failure
 * @throws NodeApiError that says what happened and what to do, with `httpCode` set to Okta's status
 * as text, or null where no answer came. It holds nothing of the request.
 * @see https://developer.okta.com/docs/reference/core-okta-api/
 */
export async function callOkta(context: IHookFunctions, request: OktaRequest): Promise<unknown> {
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
	if (outcome.failure && !request.once && isPassing(outcome.failure)) {
		await sleep(RETRY_DELAY_MS);
		outcome = await attempt(context, options);
	}
	const { failure } = outcome;
	if (failure === undefined) return outcome.body;
	if (request.tolerate?.(failure)) return undefined;
	const message = request.explain?.(failure) ?? explainFailure(failure, orgUrl);
	const details = detailsOf(failure);
	// All in the message: of an activation that failed, n8n 2 shows only that, and n8n 1 only the
	// description if there is one.
	const text = details === undefined ? message : `${message} (${details})`;
	throw apiError(context.getNode(), text, failure.status?.toString());
}
