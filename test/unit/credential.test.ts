import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { OktaOAuth2Api } from '../../credentials/OktaOAuth2Api.credentials';
import { parseOrgUrl } from '../../nodes/shared/okta/orgUrl';
import { acceptedOrgUrls, refusedOrgUrls } from './fixtures/orgUrls';
import { resolveCredential } from '../shared/resolveCredential';

const credential = new OktaOAuth2Api();
const DEFAULT_SCOPES = 'okta.eventHooks.manage offline_access';

function property(name: string) {
	const found = credential.properties.find((one) => one.name === name);
	if (!found) throw new Error(`There is no property ${name}`);
	return found;
}

describe('The credential "Okta OAuth2 API"', () => {
	it('has the names that workflows refer to', () => {
		expect(credential.name).toBe('oktaOAuth2Api');
		expect(credential.displayName).toBe('Okta OAuth2 API');
	});

	it('is one of n8n’s OAuth2 credentials, from which it has clientId, clientSecret and tokens', () => {
		expect(credential.extends).toEqual(['oAuth2Api']);
	});

	it('shows the org URL, and the scopes once they are to be other ones', () => {
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

	it('signs in with a code and PKCE, and names the client in a header', () => {
		expect(property('grantType')).toMatchObject({ type: 'hidden', default: 'pkce' });
		expect(property('authentication')).toMatchObject({ type: 'hidden', default: 'header' });
		expect(property('authQueryParameters')).toMatchObject({ type: 'hidden', default: '' });
	});

	it('hides what a field named after a secret holds', () => {
		const named = credential.properties.filter(({ name }) =>
			/token|secret|key|password/i.test(name),
		);
		expect(named.map(({ name }) => name)).toEqual(['accessTokenUrl']);
		for (const { typeOptions } of named) expect(typeOptions).toMatchObject({ password: true });
	});

	it('has no field twice', () => {
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

describe('The addresses for signing in', () => {
	it.each(acceptedOrgUrls)('are those of the org that API calls go to: $input', ({ input }) => {
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
	])('are written plainly: %s', (url) => {
		expect(resolveCredential({ url })).toMatchObject({
			authUrl: 'https://acme.okta.com/oauth2/v1/authorize',
			accessTokenUrl: 'https://acme.okta.com/oauth2/v1/token',
		});
	});
});

describe('An org URL that is none', () => {
	const refused = refusedOrgUrls.filter(({ input }) => typeof input === 'string');

	it.each(refused)('leads nowhere: $what', ({ input }) => {
		const { authUrl } = resolveCredential({ url: String(input) });
		const { protocol } = URL.canParse(String(authUrl)) ? new URL(String(authUrl)) : {};
		expect(protocol === undefined || protocol.startsWith('enter-the-okta-org-url')).toBe(true);
	});

	it('makes n8n say what to enter: it names the protocol that it does not know', () => {
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

	it('begin as what the trigger needs when a person turns on custom scopes', () => {
		expect(resolveCredential({ url: 'acme.okta.com', customScopes: true }).scope).toBe(
			DEFAULT_SCOPES,
		);
	});

	it('are what the person entered', () => {
		const enabledScopes = 'okta.eventHooks.manage okta.logs.read offline_access';
		const data = { url: 'acme.okta.com', customScopes: true, enabledScopes };
		expect(resolveCredential(data).scope).toBe(enabledScopes);
	});

	it('are what the trigger needs once custom scopes are turned off again', () => {
		const data = { url: 'acme.okta.com', customScopes: false, enabledScopes: 'okta.logs.read' };
		expect(resolveCredential(data).scope).toBe(DEFAULT_SCOPES);
	});
});
