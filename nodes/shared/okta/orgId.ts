import type { OktaContext } from './credential';
import { isRecord } from '../isRecord';

const TIMEOUT_MS = 10_000;

/**
 * Reads the ID of the org at a URL. One org can have several URLs: its own and custom domains.
 *
 * @param orgUrl an origin
 * @returns e.g. `00o1a2b3c4d5e6f7g8h9`, or undefined if Okta doesn't return it
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 */
export async function readOrgId(context: OktaContext, orgUrl: string): Promise<string | undefined> {
	try {
		// A public endpoint that needs no access token.
		const metadata: unknown = await context.helpers.httpRequest({
			method: 'GET',
			url: `${orgUrl}/.well-known/okta-organization`,
			headers: { Accept: 'application/json', 'Accept-Language': 'en' },
			json: true,
			timeout: TIMEOUT_MS,
			disableFollowRedirect: true,
		});
		return isRecord(metadata) && typeof metadata.id === 'string' ? metadata.id : undefined;
	} catch {
		return undefined;
	}
}
