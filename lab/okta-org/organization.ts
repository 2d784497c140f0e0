import { Router } from 'express';
import type { OrgState } from './state';

/**
 * `/.well-known/okta-organization`: the org's public metadata, which needs no token.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 */
export function organizationMetadata(org: OrgState): Router {
	const router = Router();
	router.get('/okta-organization', (_request, response) => {
		response.json({
			id: org.id,
			pipeline: 'idx',
			settings: { analyticsCollectionEnabled: false, bugReportingEnabled: false, omEnabled: false },
			_links: { organization: { href: org.url }, alternate: { href: org.otherUrl } },
		});
	});
	return router;
}
