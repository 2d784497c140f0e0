import { sleep } from 'n8n-workflow';
import type {
	Failure,
	IDataObject,
	IHttpRequestMethods,
	IHttpRequestOptions,
	INode,
} from 'n8n-workflow';

import { apiError, operationError } from '../errors';
import { isRecord } from '../isRecord';
import { readClientKey } from './clientKey';
import type { ClientKey } from './clientKey';
import { credentialOf } from './credential';
import type { CredentialType, OktaContext, OktaCredential } from './credential';
import { detailsOf, explainFailure } from './explain';
import { readErrorResponse, readFailure } from './failure';
import type { OktaResponse, OktaFailure } from './failure';
import { readOrgId } from './orgId';
import { ORG_URL_HELP, parseOrgUrl } from './orgUrl';
import { needsNewToken, rejectionReasonOf, toN8nFailure } from './rejectionReason';
import type { OktaResource } from './resources';
import { RENEW_HEADER, SCOPE_HEADER } from './headers';

const TIMEOUT_MS = 30_000;
const RETRY_DELAY_MS = 1_000;

const CONFIGURATION_INVALID: Failure = { cause: 'configuration-invalid' };

export interface OktaRequest {
	method: IHttpRequestMethods;
	/** Path below the org URL with the query, e.g. `/api/v1/logs?limit=1`. */
	path: string;
	/** The part of Okta's API that the path belongs to. */
	resource: OktaResource;
	body?: IDataObject;
	/** Default: true. False if the call must not be retried because it could take effect twice. */
	idempotent?: boolean;
	/** How long to wait for the rate limit to reset, in ms. Default: don't wait. */
	maxWaitMs?: number;
	/** Failures this call treats as success: it resolves with undefined. */
	tolerate?: (failure: OktaFailure) => boolean;
	/** Explains a failure specific to this call. If it returns undefined, the general explanation is used. */
	explain?: (failure: OktaFailure) => string | undefined;
}

function isRetryable({ status, connectionCode }: OktaFailure): boolean {
	if (status !== undefined) return status >= 500;
	return connectionCode === 'ECONNRESET' || connectionCode === 'ECONNREFUSED';
}

/** How long to wait before retrying a failed request, in ms. Undefined: don't retry. */
function delayBeforeRetry(failure: OktaFailure, { idempotent = true, maxWaitMs = 0 }: OktaRequest) {
	if (failure.status === 429 && failure.resetAt) {
		const untilReset = Math.max(failure.resetAt.getTime() - Date.now(), 0) + RETRY_DELAY_MS;
		return untilReset <= maxWaitMs ? untilReset : undefined;
	}
	return idempotent && isRetryable(failure) ? RETRY_DELAY_MS : undefined;
}

/** The outcome of a request: a 2xx response, or why there isn't one. */
type Outcome = { response: OktaResponse; failure?: undefined } | { failure: OktaFailure };

/**
 * Sends the request, signed by n8n. If Okta rejects the access token, n8n gets a new one and the request is
 * sent again.
 */
async function trySend(
	context: OktaContext,
	type: CredentialType,
	options: IHttpRequestOptions,
): Promise<Outcome> {
	const request = async (changes: Partial<IHttpRequestOptions>): Promise<Outcome> => {
		try {
			const response = (await context.helpers.httpRequestWithAuthentication.call(context, type, {
				...options,
				ignoreHttpStatusErrors: true,
				returnFullResponse: true,
				...changes,
			})) as OktaResponse;
			const isSuccess = response.statusCode >= 200 && response.statusCode < 300;
			return isSuccess ? { response } : { failure: readErrorResponse(response) };
		} catch (error) {
			return { failure: readFailure(error) };
		}
	};
	const outcome = await request({});
	if (!outcome.failure || !needsNewToken(outcome.failure, type)) return outcome;
	if (type === 'oktaServiceAppApi') {
		return await request({ headers: { ...options.headers, [RENEW_HEADER]: 'true' } });
	}
	// n8n only renews a user's token for a 401 that is thrown as an error.
	const renewed = await request({ ignoreHttpStatusErrors: false });
	const { status = 0, oauthError, disconnected } = renewed.failure ?? {};
	const isRejected = status >= 400 && status < 500 && oauthError === undefined && !disconnected;
	if (!isRejected) return renewed;
	// n8n 1 drops the headers of an error. A rejected request changed nothing, so it's safe to resend.
	const again = await request({});
	const hasNewToken = status === 401 || again.failure?.status !== 401;
	return hasNewToken ? again : renewed;
}

/** The Okta org of a node's credential, for one call from n8n. */
export interface Okta {
	/** The org's origin, e.g. `https://your-org.okta.com`. */
	orgUrl: string;
	/** The calling node, for errors. */
	node: INode;
	/** The client's key to derive secrets from; undefined if the credential has none or it's too short. */
	clientKey: ClientKey | undefined;
	/**
	 * Calls Okta's Management API. Retries once after a transient failure, or after the rate limit resets if
	 * `maxWaitMs` allows it.
	 *
	 * @returns Okta's response with an unvalidated body; undefined for a tolerated failure
	 * @throws NodeApiError that says what happened and what to do, with `httpCode` set to Okta's status
	 * as text, or null if there was no response. It contains nothing from the request.
	 * @see https://developer.okta.com/docs/reference/core-okta-api/
	 */
	call(request: OktaRequest): Promise<OktaResponse | undefined>;
	/** The org's ID, which stays the same when a custom domain is added. Undefined if Okta doesn't return it. */
	readOrgId(): Promise<string | undefined>;
}

async function callOkta(
	context: OktaContext,
	orgUrl: string,
	credential: OktaCredential,
	request: OktaRequest,
): Promise<OktaResponse | undefined> {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: `${orgUrl}${request.path}`,
		headers: {
			Accept: 'application/json',
			'Accept-Language': 'en',
			...(credential.type === 'oktaServiceAppApi' && { [SCOPE_HEADER]: request.resource.scope }),
		},
		body: request.body,
		json: true,
		timeout: TIMEOUT_MS,
		// A redirect could leak the access token to another host.
		disableFollowRedirect: true,
	};
	let outcome = await trySend(context, credential.type, options);
	const delay = outcome.failure && delayBeforeRetry(outcome.failure, request);
	if (delay !== undefined) {
		await sleep(delay);
		outcome = await trySend(context, credential.type, options);
	}
	const { failure } = outcome;
	if (failure === undefined) return outcome.response;
	// A rejected proof or token request says nothing about this request, even though it has the same status, 400.
	const isAboutRequest =
		failure.oauthError === undefined && rejectionReasonOf(failure) !== 'invalid proof';
	if (isAboutRequest && request.tolerate?.(failure)) return undefined;
	const call = { orgUrl, credential, resource: request.resource };
	const specificMessage = isAboutRequest ? request.explain?.(failure) : undefined;
	// A failure that the call itself explains is one the user has to fix.
	const specificFailure = specificMessage === undefined ? undefined : CONFIGURATION_INVALID;
	const message = specificMessage ?? explainFailure(failure, call);
	const details = detailsOf(failure);
	// Everything goes into the message. When an activation fails, n8n 2 shows only the message, and n8n 1
	// shows only the description if there is one.
	const text = details === undefined ? message : `${message} (${details})`;
	throw apiError(context.getNode(), text, {
		httpCode: failure.status?.toString(),
		failure: toN8nFailure(failure, credential.type) ?? specificFailure,
	});
}

/**
 * Reads the node's credential and opens its org.
 *
 * @throws NodeOperationError if the credential has no valid org URL or was never connected
 */
export async function openOkta(context: OktaContext): Promise<Okta> {
	const credential = credentialOf(context);
	const { type, name } = credential;
	const node = context.getNode();
	const data = await context.getCredentials(type);
	const orgUrl = parseOrgUrl(data.url);
	if (orgUrl === undefined) {
		throw operationError(
			node,
			`The credential '${name}' doesn't have a valid org URL. ${ORG_URL_HELP}.`,
			'configuration-invalid',
		);
	}
	if (type === 'oktaOAuth2Api' && !isRecord(data.oauthTokenData)) {
		throw operationError(
			node,
			`The credential '${name}' isn't connected yet. Open it, click 'Connect', and allow access in Okta, then try again.`,
			'credential-invalid',
		);
	}
	let orgId: Promise<string | undefined> | undefined;
	return {
		orgUrl,
		node,
		clientKey: readClientKey(type, data),
		call: async (request) => await callOkta(context, orgUrl, credential, request),
		readOrgId: async () => await (orgId ??= readOrgId(context, orgUrl)),
	};
}
