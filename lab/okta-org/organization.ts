import { Router } from 'express';
import type { OrgState } from './state';

/**
 * `/.well-known/okta-organization`: what anyone may know about the org, without a token.
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
