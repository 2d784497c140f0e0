import { isLoopbackHostname } from '../hostname';

const CONSOLE_HOST = /^(.+)-admin(\.(?:okta|oktapreview|okta-emea|okta-gov)\.com|\.okta\.mil)$/;

/** What to enter if {@link parseOrgUrl} returns undefined, to end an error message with. */
export const ORG_URL_HELP =
	"Enter the URL of your Okta org in the credential's 'Okta Org URL', e.g. https://your-org.okta.com";

/**
 * Parses an org URL as users paste it: with or without `https://`, with a trailing slash or a path, or
 * copied from the Admin Console (`your-org-admin.okta.com` becomes the API's host).
 *
 * @returns the org's origin (`https://your-org.okta.com`), or undefined if the text isn't an org URL: not a
 * URL, no domain, an email address, a list or pattern of domains, or plain HTTP beyond this machine
 * @see https://developer.okta.com/docs/guides/find-your-domain/main/
 */
export function parseOrgUrl(input: unknown): string | undefined {
	if (typeof input !== 'string') return undefined;
	const [, scheme = 'https://', authority] =
		/^([a-z][a-z\d+.-]*:\/\/)?([^/?#\\\s]*)/i.exec(input.trim()) ?? [];
	if (!URL.canParse(`${scheme}${authority}`)) return undefined;
	const url = new URL(`${scheme}${authority}`);
	const loopback = isLoopbackHostname(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) return undefined;
	if (url.username !== '' || !(loopback || url.hostname.includes('.'))) return undefined;
	// Legal in a hostname, but they separate and widen n8n's lists of allowed domains.
	if (/[,*]/.test(url.hostname)) return undefined;
	url.hostname = url.hostname.replace(CONSOLE_HOST, '$1$2');
	return url.origin;
}
