import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
	getCredentialAllowedDomains,
	injectDomainRestrictionFields,
	isDomainAllowed,
} from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

import { OktaOAuth2Api } from '../../credentials/OktaOAuth2Api.credentials';
import { parseOrgUrl } from '../../nodes/shared/okta/orgUrl';
import { invalidOrgUrls, validOrgUrls } from './fixtures/orgUrls';
import { resolveCredential } from '../../lab/n8n-core/resolve-credential';

const credential = new OktaOAuth2Api();
const invalid = invalidOrgUrls.filter(({ input }) => typeof input === 'string');
const node = { name: 'HTTP Request' } as INode;
const DEFAULT_SCOPES = 'okta.eventHooks.manage offline_access';

function property(name: string) {
	const found = credential.properties.find((one) => one.name === name);
	if (!found) throw new Error(`Missing property ${name}`);
	return found;
}

describe('The credential "Okta OAuth2 API"', () => {
	it('has the names that workflows refer to', () => {
		expect(credential.name).toBe('oktaOAuth2Api');
		expect(credential.displayName).toBe('Okta OAuth2 API');
	});

	it('extends n8n’s OAuth2 credential, which adds the client ID, client secret, and tokens', () => {
		expect(credential.extends).toEqual(['oAuth2Api']);
	});

	it('shows the org URL, and the scopes once custom scopes are turned on', () => {
		const visible = credential.properties.filter(({ type }) => type !== 'hidden');
		expect(visible.map(({ name, type }) => [name, type])).toEqual([
			['url', 'string'],
			['customScopes', 'boolean'],
			['customScopesNotice', 'notice'],
			['enabledScopes', 'string'],
		]);
		const show = { customScopes: [true] };
		expect(property('customScopesNotice').displayOptions).toEqual({ show });
		expect(property('enabledScopes').displayOptions).toEqual({ show });
	});

	it('cannot be saved without an org URL', () => {
		expect(property('url')).toMatchObject({ required: true, default: '' });
	});

	it('uses the authorization code flow with PKCE, and sends the client in a header', () => {
		expect(property('grantType')).toMatchObject({ type: 'hidden', default: 'pkce' });
		expect(property('authentication')).toMatchObject({ type: 'hidden', default: 'header' });
		expect(property('authQueryParameters')).toMatchObject({ type: 'hidden', default: '' });
	});

	it('masks every field that is named like a secret', () => {
		const named = credential.properties.filter(({ name }) =>
			/token|secret|key|password/i.test(name),
		);
		expect(named.map(({ name }) => name)).toEqual(['accessTokenUrl']);
		for (const { typeOptions } of named) expect(typeOptions).toMatchObject({ password: true });
	});

	it('has no duplicate fields', () => {
		const names = credential.properties.map(({ name }) => name);
		expect(names).toEqual([...new Set(names)]);
	});

	it('has an icon for either theme', () => {
		const folder = join(__dirname, '../../credentials');
		const { light, dark } = credential.icon as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) {
			expect(icon).toMatch(/^file:.+\.svg$/);
			expect(existsSync(join(folder, icon.replace('file:', '')))).toBe(true);
		}
	});
});

describe('The URLs for signing in', () => {
	it.each(validOrgUrls)('belong to the org that API calls go to: $input', ({ input }) => {
		const { authUrl, accessTokenUrl } = resolveCredential({ url: input });
		const origin = parseOrgUrl(input);
		expect(new URL(String(authUrl)).href).toBe(`${origin}/oauth2/v1/authorize`);
		expect(new URL(String(accessTokenUrl)).href).toBe(`${origin}/oauth2/v1/token`);
	});

	it.each([
		'acme.okta.com',
		'https://acme.okta.com/',
		'https://acme-admin.okta.com/admin/dashboard',
		' acme-admin.okta.com?a=b ',
	])('are normalized: %s', (url) => {
		expect(resolveCredential({ url })).toMatchObject({
			authUrl: 'https://acme.okta.com/oauth2/v1/authorize',
			accessTokenUrl: 'https://acme.okta.com/oauth2/v1/token',
		});
	});
});

describe('In an HTTP Request node, the credential', () => {
	function isAllowed(orgUrl: string, target: string): boolean {
		const credentialData = resolveCredential({ url: orgUrl });
		const allowedDomains = getCredentialAllowedDomains({ node, credentialData });
		return isDomainAllowed({ url: target, allowedDomains: allowedDomains ?? '' });
	}

	it.each(validOrgUrls)('works for the org: $input', ({ input }) => {
		expect(isAllowed(input, `${parseOrgUrl(input)}/api/v1/users`)).toBe(true);
	});

	it.each([
		'https://attacker.example',
		'https://acme.okta.com.attacker.example',
		'https://evil-acme.okta.com',
		'https://other.okta.com',
		'https://okta.com',
	])('doesn’t send the token to another host: %s', (target) => {
		expect(isAllowed('https://acme-admin.okta.com:443/admin', target)).toBe(false);
	});

	it.each(invalid)(
		'doesn’t send the token anywhere without a valid org URL: $what',
		({ input }) => {
			expect(isAllowed(String(input), 'https://attacker.example')).toBe(false);
		},
	);

	it('hides n8n’s fields for allowed domains', () => {
		expect(injectDomainRestrictionFields(credential)).toEqual(credential.properties);
		expect(property('allowedHttpRequestDomains').type).toBe('hidden');
		expect(property('allowedDomains').type).toBe('hidden');
	});
});

describe('An invalid org URL', () => {
	it.each(invalid)('connects to nothing: $what', ({ input }) => {
		const { authUrl } = resolveCredential({ url: String(input) });
		const { protocol } = URL.canParse(String(authUrl)) ? new URL(String(authUrl)) : {};
		expect(protocol === undefined || protocol.startsWith('enter-the-okta-org-url')).toBe(true);
	});

	it('makes n8n say what to enter, because n8n names an unknown protocol', () => {
		const { authUrl } = resolveCredential({ url: 'http://acme.okta.com' });
		expect(new URL(String(authUrl)).protocol).toBe(
			'enter-the-okta-org-url-like-https-your-org.okta.com:',
		);
	});
});

describe('The scopes', () => {
	it('are what the trigger needs', () => {
		expect(resolveCredential({ url: 'acme.okta.com' }).scope).toBe(DEFAULT_SCOPES);
	});

	it('default to what the trigger needs when the user turns on custom scopes', () => {
		expect(resolveCredential({ url: 'acme.okta.com', customScopes: true }).scope).toBe(
			DEFAULT_SCOPES,
		);
	});

	it('are what the user entered', () => {
		const enabledScopes = 'okta.eventHooks.manage okta.logs.read offline_access';
		const data = { url: 'acme.okta.com', customScopes: true, enabledScopes };
		expect(resolveCredential(data).scope).toBe(enabledScopes);
	});

	it('are what the trigger needs once custom scopes are turned off again', () => {
		const data = { url: 'acme.okta.com', customScopes: false, enabledScopes: 'okta.logs.read' };
		expect(resolveCredential(data).scope).toBe(DEFAULT_SCOPES);
	});
});
