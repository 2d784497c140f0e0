import axios from 'axios';

import type { N8nRest } from './rest';

export interface ConnectOptions {
	/** What the user chooses on the consent page. Default: `allow`. */
	choice?: 'allow' | 'deny';
}

/**
 * Connects a credential the way a user does: opens the provider's consent page from n8n, makes a choice, and
 * returns to n8n.
 *
 * @throws if it didn't connect. The message has the text of the page where the user would be stuck
 */
export async function connectOAuth(
	rest: N8nRest,
	credentialId: string,
	{ choice = 'allow' }: ConnectOptions = {},
): Promise<void> {
	const consentUrl = await rest.authorizeUrl(credentialId);
	const callbackUrl = await submitConsent(consentUrl, choice === 'allow');
	if (new URL(callbackUrl).origin !== new URL(rest.url).origin) {
		throw new Error(`The consent page redirected to ${callbackUrl} instead of n8n at ${rest.url}.`);
	}

	const { status, html } = await rest.open(callbackUrl);
	if (status !== 200 || html.includes('Failed to connect')) {
		throw new Error(`n8n couldn't connect the credential: ${textOf(html)}`);
	}
	const { data } = await rest.credential(credentialId);
	if (!data.oauthTokenData) {
		throw new Error(`n8n says the credential is connected, but it has no token: ${textOf(html)}`);
	}
}

/** Submits the form on the consent page, and returns the URL that the browser is redirected to. */
async function submitConsent(consentUrl: string, allowed: boolean): Promise<string> {
	const browser = { proxy: false as const, maxRedirects: 0, validateStatus: () => true };
	const page = await axios.get<string>(consentUrl, { ...browser, responseType: 'text' });
	// If the provider rejects the request itself, it may redirect without asking for consent.
	if (isRedirect(page.status)) return locationOf(page.headers.location, consentUrl);

	const form = /<form\b[^>]*\baction="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page.data);
	if (page.status !== 200 || form === null) {
		throw new Error(`Expected a consent page at ${consentUrl}, but got: ${textOf(page.data)}`);
	}
	const [, action = '', content = ''] = form;
	const fields = new URLSearchParams(hiddenFields(content));
	fields.set('allowed', String(allowed));

	const response = await axios.post<string>(
		new URL(decodeEntities(action), consentUrl).href,
		fields,
		browser,
	);
	if (!isRedirect(response.status)) {
		throw new Error(`The consent page rejected the form: ${textOf(String(response.data))}`);
	}
	return locationOf(response.headers.location, consentUrl);
}

function hiddenFields(form: string): Array<[string, string]> {
	const inputs = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
	return [...inputs].map(([, name = '', value = '']) => [
		decodeEntities(name),
		decodeEntities(value),
	]);
}

function isRedirect(status: number): boolean {
	return status >= 300 && status < 400;
}

function locationOf(header: unknown, base: string): string {
	return new URL(String(header), base).href;
}

/** The visible text of a page. */
function textOf(page: string): string {
	const visible = page
		.replace(/<(style|script|title)\b[\s\S]*?<\/\1>/g, ' ')
		.replace(/<[^>]*>/g, ' ');
	return decodeEntities(visible).replace(/\s+/g, ' ').trim().slice(0, 1_000);
}

function decodeEntities(text: string): string {
	return text
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replace(/&#(?:39|x27|x3D);/g, (entity) => (entity === '&#x3D;' ? '=' : "'"))
		.replaceAll('&amp;', '&');
}
