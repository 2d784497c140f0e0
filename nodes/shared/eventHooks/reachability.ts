import { isLoopbackHostname, isPrivateHostname } from '../hostname';

/**
 * Whether Okta can send requests to a webhook URL: https on a public host. A local org, as used in tests,
 * can reach every host.
 *
 * @param orgUrl the org's origin, as `parseOrgUrl` returns it
 * @param webhookUrl an absolute URL
 * @see https://developer.okta.com/docs/concepts/event-hooks/#requirements
 */
export function canReach(orgUrl: string, webhookUrl: string): boolean {
	if (!URL.canParse(webhookUrl)) return false;
	if (isLoopbackHostname(new URL(orgUrl).hostname)) return true;
	const { protocol, hostname } = new URL(webhookUrl);
	return protocol === 'https:' && !isPrivateHostname(hostname);
}
