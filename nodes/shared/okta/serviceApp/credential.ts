import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { messageOf } from '../../errors';
import { explainConnection } from '../explain';
import { readFailure } from '../failure';
import type { OktaAnswer } from '../failure';
import { ORG_URL_HELP, parseOrgUrl } from '../orgUrl';
import { exportDpopKey, importDpopKey } from './dpop';
import { parsePrivateKey } from './privateKey';
import { RENEW_HEADER, TokenUnusableError } from './renewal';
import { signRequest } from './sign';
import { requestToken } from './token';
import type { ServiceApp, TokenRequest, TokenTools } from './token';
import { NO_TOKEN } from './tokenError';

const TIMEOUT_MS = 30_000;

interface CredentialTools extends Omit<TokenTools, 'send'> {
	/** n8n's HTTP client. */
	httpRequest: (options: IHttpRequestOptions) => Promise<unknown>;
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

function readOrgUrl({ url }: ICredentialDataDecryptedObject): string {
	const orgUrl = parseOrgUrl(url);
	if (orgUrl === undefined)
		throw new Error(`'Okta Org URL' is no address of an org. ${ORG_URL_HELP}.`);
	return orgUrl;
}

/** @throws Error that names the field which is empty or wrong */
function readServiceApp(credentials: ICredentialDataDecryptedObject): ServiceApp {
	const orgUrl = readOrgUrl(credentials);
	const clientId = text(credentials.clientId);
	if (clientId === '')
		throw new Error("'Client ID' is empty. Copy it from the app integration in Okta.");
	const privateKey = parsePrivateKey(credentials.privateKey);
	const keyId = text(credentials.keyId) || privateKey.keyId;
	if (keyId === undefined || keyId === '') {
		throw new Error(
			"'Key ID' is empty, and the private key does not say it. Copy the KID that Okta shows on the tab General of the app integration.",
		);
	}
	return { orgUrl, clientId, keyId, privateKey };
}

function noToken(reason: string): never {
	throw new Error(NO_TOKEN + reason);
}

/**
 * Gets an access token for the credential: what n8n stores with it, encrypted, until Okta no longer
 * takes it.
 *
 * @throws Error whose message begins with `NO_TOKEN` and says what to do
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
		return noToken(messageOf(error));
	}
	const send = async ({ url, headers, body }: TokenRequest): Promise<OktaAnswer> => {
		const options: IHttpRequestOptions = {
			method: 'POST',
			url,
			headers,
			body,
			timeout: TIMEOUT_MS,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// A redirect would carry the assertion to wherever it points.
			disableFollowRedirect: true,
		};
		try {
			return (await httpRequest(options)) as OktaAnswer;
		} catch (error) {
			const { connectionCode = '' } = readFailure(error);
			// n8n puts a text of its own over one with a code of the system, such as ECONNREFUSED. What
			// is left are those about certificates.
			const details = /^$|^E(?!RR_)/.test(connectionCode) ? '' : ` (${connectionCode})`;
			return noToken(explainConnection(connectionCode, app.orgUrl) + details);
		}
	};
	const { accessToken, dpopKey, clockOffset } = await requestToken(app, { send, now, createId });
	return {
		accessToken,
		dpopPrivateKey: dpopKey ? exportDpopKey(dpopKey) : '',
		clockOffset: String(clockOffset),
	};
}

/**
 * Signs a request with the credential's access token.
 *
 * @param options with `RENEW_HEADER` the stored token is taken for unusable
 * @param now ms since 1970
 * @param jti another text for each request
 * @throws TokenUnusableError where n8n is to get a new token and come again
 * @throws Error where the credential has no usable org URL, or the request goes elsewhere
 */
export function authenticate(
	credentials: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
	now: number,
	jti: string,
): IHttpRequestOptions {
	const { headers = {} } = options;
	if (RENEW_HEADER in headers) {
		// Taken out of the options themselves, which are what n8n comes again with.
		delete headers[RENEW_HEADER];
		throw new TokenUnusableError();
	}
	const storedKey = text(credentials.dpopPrivateKey);
	const token = {
		accessToken: text(credentials.accessToken),
		dpopKey: importDpopKey(storedKey),
		clockOffset: Number(credentials.clockOffset) || 0,
	};
	// A bound token without its key is worth nothing.
	if (storedKey !== '' && !token.dpopKey) throw new TokenUnusableError();
	return signRequest(options, token, { orgUrl: readOrgUrl(credentials), now, jti });
}
