import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { messageOf } from '../../errors';
import { explainConnection } from '../explain';
import { readFailure } from '../failure';
import type { OktaResponse } from '../failure';
import { fieldText } from '../fieldText';
import { parseOrgUrl } from '../orgUrl';
import { INSUFFICIENT_SCOPE } from '../rejectionReason';
import { EVENT_HOOKS, SYSTEM_LOG } from '../resources';
import { exportDpopKey, importDpopKey } from './dpop';
import { RENEW_HEADER, SCOPE_HEADER, TEST_HEADER } from '../headers';
import { parsePrivateKey } from './privateKey';
import { TokenUnusableError } from './tokenUnusableError';
import { signRequest } from './signRequest';
import { requestToken } from './token';
import type { TokenRequest, TokenTools } from './token';
import type { ServiceApp } from './types';
import { NO_TOKEN, NO_TOKEN_NOW } from '../tokenError';

const TIMEOUT_MS = 30_000;

interface CredentialTools extends Omit<TokenTools, 'send'> {
	/** n8n's HTTP client. */
	httpRequest: (options: IHttpRequestOptions) => Promise<unknown>;
}

function readOrgUrl({ url }: ICredentialDataDecryptedObject): string {
	const orgUrl = parseOrgUrl(url);
	if (orgUrl === undefined)
		throw new Error(
			"'Okta Org URL' isn't valid. Enter the URL of your Okta org, e.g. https://your-org.okta.com.",
		);
	return orgUrl;
}

/** @throws Error that names the empty or invalid field */
function readServiceApp(credentials: ICredentialDataDecryptedObject): ServiceApp {
	const orgUrl = readOrgUrl(credentials);
	const clientId = fieldText(credentials.clientId);
	if (clientId === '')
		throw new Error("'Client ID' is empty. Copy it from the app integration in Okta.");
	const privateKey = parsePrivateKey(credentials.privateKey);
	const keyId = fieldText(credentials.keyId) || privateKey.keyId;
	if (keyId === undefined || keyId === '') {
		throw new Error(
			"'Key ID' is empty, and the private key doesn't include it. Copy the KID from the app integration's 'General' tab in Okta.",
		);
	}
	return { orgUrl, clientId, keyId, privateKey };
}

function fail(message: string): never {
	throw new Error(message);
}

/** The scopes of the stored access token; empty if unknown. */
function readScopes({ grantedScopes }: ICredentialDataDecryptedObject): string[] {
	return fieldText(grantedScopes).split(' ').filter(Boolean);
}

/** What to test the access token with. Prefers event hooks because fewer admin roles allow them. */
function testPathOf(scopes: string[]): string {
	const isForHooks = scopes.includes(EVENT_HOOKS.scope) || !scopes.includes(SYSTEM_LOG.scope);
	return isForHooks ? EVENT_HOOKS.path : `${SYSTEM_LOG.path}?limit=1`;
}

/**
 * Gets an access token for the credential. n8n stores the returned fields with it, encrypted, until Okta no
 * longer accepts the token.
 *
 * @throws Error whose message starts with `NO_TOKEN` or `NO_TOKEN_NOW` and says what to do
 * @see https://docs.n8n.io/integrations/creating-nodes/build/reference/credentials-files/
 */
export async function preAuthenticate(
	credentials: ICredentialDataDecryptedObject,
	{ httpRequest, now, createId }: CredentialTools,
): Promise<IDataObject> {
	let app: ServiceApp;
	try {
		app = readServiceApp(credentials);
	} catch (error) {
		return fail(NO_TOKEN + messageOf(error));
	}
	const send = async ({ url, headers, body }: TokenRequest): Promise<OktaResponse> => {
		const options: IHttpRequestOptions = {
			method: 'POST',
			url,
			headers,
			body,
			timeout: TIMEOUT_MS,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// A redirect could leak the assertion to another host.
			disableFollowRedirect: true,
		};
		try {
			return (await httpRequest(options)) as OktaResponse;
		} catch (error) {
			const { connectionCode = '' } = readFailure(error);
			// n8n replaces messages that contain a system error code, such as ECONNREFUSED. That leaves the
			// codes of certificate errors.
			const details = /^$|^E(?!RR_)/.test(connectionCode) ? '' : ` (${connectionCode})`;
			return fail(NO_TOKEN_NOW + explainConnection(connectionCode, app.orgUrl) + details);
		}
	};
	const token = await requestToken(app, { send, now, createId });
	const { accessToken, scopes, dpopKey, clockOffset } = token;
	return {
		accessToken,
		grantedScopes: scopes.join(' '),
		dpopPrivateKey: dpopKey ? exportDpopKey(dpopKey) : '',
		clockOffset: String(clockOffset),
	};
}

/**
 * Signs a request with the credential's access token.
 *
 * @param options may contain the headers that stay in n8n, see `headers.ts`
 * @param now ms since 1970
 * @param jti a unique ID for each request
 * @throws TokenUnusableError to make n8n get a new token and retry
 * @throws Error if the credential has no valid org URL or the request goes to another host
 */
export function authenticate(
	credentials: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
	now: number,
	jti: string,
): IHttpRequestOptions {
	const { headers = {} } = options;
	const scopes = readScopes(credentials);
	if (RENEW_HEADER in headers) {
		// Mutates the options because n8n retries with the same object.
		delete headers[RENEW_HEADER];
		throw new TokenUnusableError();
	}
	const needed = headers[SCOPE_HEADER];
	if (typeof needed === 'string' && scopes.length > 0 && !scopes.includes(needed)) {
		throw new TokenUnusableError({
			errorCode: INSUFFICIENT_SCOPE,
			errorSummary: `The access token includes only ${scopes.join(' ')}`,
		});
	}
	const request = TEST_HEADER in headers ? { ...options, url: testPathOf(scopes) } : options;
	const storedKey = fieldText(credentials.dpopPrivateKey);
	const token = {
		accessToken: fieldText(credentials.accessToken),
		dpopKey: importDpopKey(storedKey),
		clockOffset: Number(credentials.clockOffset) || 0,
	};
	// A bound token is useless without its key.
	if (storedKey !== '' && !token.dpopKey) throw new TokenUnusableError();
	return signRequest(request, token, { orgUrl: readOrgUrl(credentials), now, jti });
}
