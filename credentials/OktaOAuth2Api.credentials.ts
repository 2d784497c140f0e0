import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { orgUrlProperty } from '../nodes/shared/okta/credential';

const DEFAULT_SCOPES = 'okta.eventHooks.manage offline_access';

/** n8n rejects this protocol with "Invalid protocol" when a user connects without a valid org URL. */
const NO_ORG_URL = 'enter-the-okta-org-url-like-https-your-org.okta.com:';

/**
 * The org's origin as an expression, because users paste all sorts of things. It takes the same steps as
 * `parseOrgUrl`, which reads the field for API calls. An expression can't fail with a message of its own,
 * but n8n rejects an unknown protocol and names it.
 */
const ORIGIN = [
	'$self["url"].trim()',
	'.replace(/^(?![a-z][a-z0-9+.-]*:\\/\\/)/i, "https://")',
	'.replace(/^([a-z0-9+.-]+:\\/\\/[^\\/?#\\\\\\s]*)[^]*$/i, "$1")',
	'.replace(/-admin(\\.(?:okta|oktapreview|okta-emea|okta-gov)\\.com|\\.okta\\.mil)(?=:[0-9]+$|$)/i, "$1")',
	'.replace(/^(?!(?:https:\\/\\/[^@:,*%]+\\.[^@:,*%]+|https?:\\/\\/(?:localhost|127(?:\\.[0-9]+){3}|\\[::1\\]))(?::[0-9]+)?$)[^]*$/i, "',
	NO_ORG_URL,
	'")',
].join('');

const ORG_URL = `{{${ORIGIN}}}`;
const ORG_HOST = `{{${ORIGIN}.replace(/^https?:\\/\\//i, "").replace(/:[0-9]+$/, "")}}`;

export class OktaOAuth2Api implements ICredentialType {
	name = 'oktaOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Okta OAuth2 API';

	icon: Icon = { light: 'file:../icons/oktaMfa.svg', dark: 'file:../icons/oktaMfa.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-okta-mfa/n8n-nodes-okta-mfa#connect-okta';

	properties: INodeProperties[] = [
		orgUrlProperty,
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'pkce' },
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: `=${ORG_URL}/oauth2/v1/authorize`,
			required: true,
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: `=${ORG_URL}/oauth2/v1/token`,
			typeOptions: { password: true },
			required: true,
		},
		{
			displayName: 'Custom Scopes',
			name: 'customScopes',
			type: 'boolean',
			default: false,
			description: 'Whether to request custom scopes',
		},
		{
			displayName:
				"Okta User MFA Trigger needs okta.eventHooks.manage, and with Catch Up also okta.logs.read. Okta User MFA Polling Trigger needs only okta.logs.read. Keep offline_access to stay connected. Remove every scope that the app integration in Okta hasn't been granted, or the sign-in fails.",
			name: 'customScopesNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { customScopes: [true] } },
		},
		{
			displayName: 'Enabled Scopes',
			name: 'enabledScopes',
			type: 'string',
			default: DEFAULT_SCOPES,
			displayOptions: { show: { customScopes: [true] } },
			description: 'Scopes to request, separated by spaces',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: `={{$self["customScopes"] ? $self["enabledScopes"] : "${DEFAULT_SCOPES}"}}`,
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'hidden',
			default: '',
		},
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'header' },
		// n8n adds these two to every OAuth credential, visible and without a restriction, unless it has its own.
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'hidden',
			default: 'domains',
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'hidden',
			default: `=${ORG_HOST}`,
		},
	];
}
