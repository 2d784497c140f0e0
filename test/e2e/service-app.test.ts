import { serviceAppCredential } from '../../lab/n8n/okta-credential';
import { createKey, KEY_FORMATS } from '../../lab/n8n/service-app-key';
import { IS_V1, startWorld } from './world';
import type { World } from './world';

const SERVICE_APP = { parameters: { authentication: 'serviceApp' } };

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

describe('A service app, without a signed-in user', () => {
	it.each(KEY_FORMATS.flatMap((format) => [true, false].map((dpop) => [format, dpop] as const)))(
		'creates and deletes the event hook with a %s key (DPoP: %s)',
		async (format, dpop) => {
			const { org, rest } = world;
			const input = serviceAppCredential(org, { format, dpop });
			const credential = await rest.createCredential(input);
			const flow = await world.createFlow(SERVICE_APP, credential);
			await flow.activate();
			await org.signIn('pushApproved');
			expect(await flow.items(1)).toHaveLength(1);

			org.expireAccessTokens();
			await flow.deactivate();
			expect(org.hooks()).toEqual([]);
		},
	);

	it('uses one token for all its calls until the token expires', async () => {
		const { org, rest } = world;
		const credential = await rest.createCredential(serviceAppCredential(org));
		const flow = await world.createFlow(SERVICE_APP, credential);
		const tokensIssued = () =>
			org.requests().filter(({ path, status }) => path.endsWith('/token') && status === 200).length;
		const before = tokensIssued();
		await flow.activate();
		await flow.deactivate();
		await flow.activate();
		expect(tokensIssued() - before).toBe(1);

		org.expireAccessTokens();
		await flow.republish({ ...SERVICE_APP.parameters, output: 'rawEvent' });
		expect(tokensIssued() - before).toBe(2);
		expect(org.hooks()).toHaveLength(1);
	});

	it('keeps its key and tokens out of the execution and the logs', async () => {
		const { org, rest } = world;
		const input = serviceAppCredential(org);
		const flow = await world.createFlow(SERVICE_APP, await rest.createCredential(input));
		await flow.activate();
		await org.signIn('pushApproved');
		const [{ stored }] = await flow.executions(1);

		const [, ...secrets] = String(input.data.privateKey).split('\n').slice(0, -2);
		expect(secrets.length).toBeGreaterThan(10);
		for (const secret of secrets) {
			expect(stored).not.toContain(secret);
			expect(world.n8n.logs()).not.toContain(secret);
		}
		expect(stored).not.toMatch(/access_?token/i);
	});
});

describe('The connection test of the credential', () => {
	it.each([
		['both scopes', {}],
		["a token that isn't bound to a key", { dpop: false }],
		['only the event hook scope', { scopes: ['okta.eventHooks.manage'] }],
		['only the System Log scope', { scopes: ['okta.logs.read'] }],
	])('succeeds with %s', async (_what, app) => {
		const { org, rest } = world;
		const result = await rest.testCredential(serviceAppCredential(org, app));

		expect(result).toMatchObject({ status: 'OK' });
	});

	it.each([
		['the wrong private key', { privateKey: createKey('PKCS#8').privateKey }, "'Private Key'"],
		['an unknown key ID', { keyId: 'unknown' }, "'Key ID'"],
		['an unknown client ID', { clientId: '0oaUnknown' }, "'Client ID'"],
		['a public key', { privateKey: '-----BEGIN PUBLIC KEY-----' }, "'Private Key'"],
		['an invalid org URL', { url: 'nowhere' }, "'Okta Org URL'"],
	])('names the field to fix for %s', async (_what, data, field) => {
		const { org, rest } = world;
		const result = await rest.testCredential(serviceAppCredential(org, { data }));

		expect(result).toEqual({ status: 'Error', message: expect.stringContaining(field) });
	});

	/** n8n 1 has its own message for a 403. */
	const aboutRole = (role: RegExp) => (IS_V1 ? [/Forbidden/] : [/'Admin roles' tab/, role]);

	it.each([
		['a scope', { scopes: ['okta.users.read'] }, [/okta\.eventHooks\.manage/, /okta\.logs\.read/]],
		['a public key', { jwks: { keys: [] } }, [/has no public key.*'PUBLIC KEYS'/]],
		['an admin role', { admin: false }, aboutRole(/Super Administrator/)],
		[
			'an admin role for the System Log',
			{ admin: false, scopes: ['okta.logs.read'] },
			aboutRole(/Read-Only Administrator/),
		],
	])('says that %s is missing', async (_what, app, texts) => {
		const { org, rest } = world;
		const { status, message } = await rest.testCredential(serviceAppCredential(org, app));

		expect(status).toBe('Error');
		for (const text of texts) expect(message).toMatch(text);
	});
});
