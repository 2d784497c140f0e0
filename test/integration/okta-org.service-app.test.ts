import { boundToken, withDpop } from './okta-org.service-app.dpop.setup';
import {
	assertion,
	call,
	clientId,
	endpoint,
	form,
	HOOKS,
	org,
	passTime,
	register,
	requestToken,
	rsa,
	SCOPE,
	signInAs,
	startServiceAppBeforeEach,
	unregistered,
	tokenWith,
	withBearer,
} from './okta-org.service-app.setup';

startServiceAppBeforeEach();

describe('A service app', () => {
	test('gets no user scope, not even a granted one', async () => {
		register({ scopes: [SCOPE, 'offline_access'] });
		const { status, json } = await requestToken({ scope: `${SCOPE} offline_access` });
		expect(status).toBe(400);
		expect(json).toEqual({
			error: 'invalid_scope',
			error_description: "Cannot request 'offline_access' scopes using client credentials.",
		});
	});

	test("is subject to the org's clock", async () => {
		const stale = await assertion();
		passTime(24 * 3600_000);
		expect((await requestToken({}, { jwt: stale })).status).toBe(401);
		expect((await requestToken()).status).toBe(200);
	});

	test('can be registered only with public keys that have a unique kid', () => {
		for (const keys of [
			[{ ...rsa.publicJwk, kid: undefined }],
			[rsa.publicJwk, rsa.publicJwk],
			[rsa.privateJwk],
		]) {
			expect(() => register({ jwks: { keys } })).toThrow();
		}
	});

	test("cannot sign in with another app's key", async () => {
		const other = clientId;
		register({ jwks: { keys: [unregistered.publicJwk] } });
		expect((await tokenWith({})).status).toBe(401);
		signInAs(other);
		expect((await tokenWith({})).status).toBe(200);
	});

	test('without an admin role gets a token, but every API call gets a 403', async () => {
		register({ admin: false });
		const { json } = await requestToken({ scope: `${SCOPE} okta.logs.read` });
		for (const path of [HOOKS, '/api/v1/logs']) {
			const { status, headers, json: error } = await withBearer(json.access_token, path);
			expect(status).toBe(403);
			expect(error.errorCode).toBe('E0000006');
			expect(headers.has('www-authenticate')).toBe(false);
		}
	});

	test('does not depend on a user', async () => {
		const token = (await requestToken()).json.access_token;
		org.setAdminRights(false);
		org.deactivateUser();
		expect((await withBearer(token)).status).toBe(200);
		expect((await requestToken()).status).toBe(200);
	});

	test('has tokens that expire like any other', async () => {
		const first = (await requestToken()).json.access_token;
		passTime(3600_000);
		expect((await withBearer(first)).status).toBe(401);

		const second = (await requestToken()).json.access_token;
		org.expireAccessTokens();
		expect((await withBearer(second)).status).toBe(401);
		expect((await requestToken()).status).toBe(200);
	});

	test('can revoke only its own tokens, with an assertion for that endpoint', async () => {
		const token = String((await requestToken()).json.access_token);
		const revoke = async (parameters: Record<string, string | undefined>) =>
			await call('/oauth2/v1/revoke', { method: 'POST', body: await form(parameters) });
		const forRevoke = async () => await assertion({ claims: { aud: endpoint('revoke') } });

		expect((await revoke({ token })).status).toBe(401);

		const own = clientId;
		register();
		expect((await revoke({ token, client_assertion: await forRevoke() })).status).toBe(200);
		const asWebApp = { client_id: org.client.id, client_secret: org.client.secret };
		const noAssertion = { client_assertion: undefined, client_assertion_type: undefined };
		expect((await revoke({ token, ...asWebApp, ...noAssertion })).status).toBe(200);
		expect((await withBearer(token)).status).toBe(200);

		signInAs(own);
		expect((await revoke({ token, client_assertion: await forRevoke() })).status).toBe(200);
		expect((await withBearer(token)).status).toBe(401);
	});

	test('is recorded with its grant type and scope, without assertions, proofs, or tokens', async () => {
		register({ dpop: true });
		const token = await boundToken();
		await withDpop(token);
		expect(org.requests()).toEqual([
			expect.objectContaining({ status: 400, grantType: 'client_credentials' }),
			expect.objectContaining({ status: 200, grantType: 'client_credentials' }),
			expect.objectContaining({ path: HOOKS, status: 200, scope: SCOPE }),
		]);
		expect(JSON.stringify(org.requests())).not.toMatch(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./);
		expect(JSON.stringify(org.requests())).not.toContain(token);
	});
});
