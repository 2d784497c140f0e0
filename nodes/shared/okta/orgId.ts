import type { OktaContext } from './credential';
import { isRecord } from '../isRecord';

const TIMEOUT_MS = 10_000;

/**
 * The id of the org at an address. One org can have several addresses: its own, and custom domains.
 *
 * @param orgUrl an origin
 * @returns e.g. `00o1a2b3c4d5e6f7g8h9`, or undefined if no answer tells
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 */
export async function readOrgId(context: OktaContext, orgUrl: string): Promise<string | undefined> {
	try {
		// Public: no access token goes along.
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
