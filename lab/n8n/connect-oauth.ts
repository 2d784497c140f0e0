import axios from 'axios';

import type { N8nRest } from './rest';

export interface ConnectOptions {
	/** What the person answers on the consent page; `allow` when left out. */
	answer?: 'allow' | 'refuse';
}

/**
 * Connects a credential as a person does: opens the provider's consent page from n8n, answers it, and
 * comes back to n8n.
 *
 * @throws when it did not connect, with the text of the page where the person would be stuck
 */
export async function connectOAuth(
	rest: N8nRest,
	credentialId: string,
	{ answer = 'allow' }: ConnectOptions = {},
): Promise<void> {
	const consentUrl = await rest.authorizeUrl(credentialId);
	const callbackUrl = await answerConsent(consentUrl, answer === 'allow');
	if (new URL(callbackUrl).origin !== new URL(rest.url).origin) {
		throw new Error(`The consent page leads to ${callbackUrl} and not back to n8n at ${rest.url}.`);
	}

	const { status, html } = await rest.open(callbackUrl);
	if (status !== 200 || html.includes('Failed to connect')) {
		throw new Error(`n8n could not connect the credential: ${textOf(html)}`);
	}
	const { data } = await rest.credential(credentialId);
	if (!data.oauthTokenData) {
		throw new Error(`n8n says it is connected, but has no token: ${textOf(html)}`);
	}
}

/** Sends the form of the consent page, and returns the address that the browser is sent to next. */
async function answerConsent(consentUrl: string, allowed: boolean): Promise<string> {
	const browser = { proxy: false as const, maxRedirects: 0, validateStatus: () => true };
	const page = await axios.get<string>(consentUrl, { ...browser, responseType: 'text' });
	// A provider that refuses the request itself may send the browser back without asking anybody.
	if (isRedirect(page.status)) return locationOf(page.headers.location, consentUrl);

	const form = /<form\b[^>]*\baction="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page.data);
	if (page.status !== 200 || form === null) {
		throw new Error(`There is no consent page at ${consentUrl}: ${textOf(page.data)}`);
	}
	const [, action = '', content = ''] = form;
	const fields = new URLSearchParams(hiddenFields(content));
	fields.set('allowed', String(allowed));

	const sent = await axios.post<string>(
		new URL(decodeEntities(action), consentUrl).href,
		fields,
		browser,
	);
	if (!isRedirect(sent.status)) {
		throw new Error(`The consent page did not take the answer: ${textOf(String(sent.data))}`);
	}
	return locationOf(sent.headers.location, consentUrl);
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

/** What a person would read on a page. */
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
