import { isLoopbackHostname } from '../hostname';

const CONSOLE_HOST = /^(.+)-admin(\.(?:okta|oktapreview|okta-emea|okta-gov)\.com|\.okta\.mil)$/;

/** What to enter when {@link parseOrgUrl} refuses, for the end of an error message. */
export const ORG_URL_HELP =
	"Enter the URL of your Okta org in the credential's 'Okta Org URL', e.g. https://your-org.okta.com";

/**
 * Reads an org URL as people paste it: with or without `https://`, with a trailing slash or a path,
 * or copied from the admin console (`your-org-admin.okta.com` is mended to the API's host).
 *
 * @returns the org's origin (`https://your-org.okta.com`), or undefined where the text is no
 * address of an org: no URL, no domain, an e-mail address, or plain http beyond this machine
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
	url.hostname = url.hostname.replace(CONSOLE_HOST, '$1$2');
	return url.origin;
}
