import { inspect } from 'node:util';

import { createKey, KEY_FORMATS } from '../../lab/n8n/service-app-key';
import type { OktaOrg, OktaOrgOptions } from '../../lab/okta-org';
import { secretOf, startClock, startConnected, startServiceApp, stopAll } from './setup';
import type { ServiceAppInput, Setup } from './setup';

afterEach(async () => {
	jest.restoreAllMocks();
	await stopAll();
});

const HOOKS = 'okta.eventHooks.manage';
const LOGS = 'okta.logs.read';
const TEN_MINUTES = 10 * 60_000;

/** The status of each response from Okta's token endpoint. */
function tokenStatuses(org: OktaOrg): Array<number | undefined> {
	return org
		.requests()
		.filter(({ path }) => path === '/oauth2/v1/token')
		.map(({ status }) => status);
}

function tokensIssued(org: OktaOrg): number {
	return tokenStatuses(org).filter((status) => status === 200).length;
}

/** Publishes, expects that to fail without leaving anything behind, and returns the error message. */
async function failToPublish({ org, engine }: Setup): Promise<string> {
	const error: unknown = await engine.publish().then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Error)) throw new Error('Publishing succeeded');
	expect(org.hooks()).toEqual([]);
	expect(engine.staticData()).toEqual({});
	expect(engine.isListening()).toBe(false);
	expect(error.message).not.toMatch(/[{}](?!')|<\w|\n|undefined|The request to Okta failed/);
	return error.message;
}

const realNow = Date.now;

/** Sets the clock of the n8n server. The `Date` header of the org's responses stays correct. */
function setClock(difference: number): () => void {
	const spy = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + difference);
	return () => spy.mockRestore();
}

describe('A service app creates and deletes the event hook', () => {
	const table = KEY_FORMATS.flatMap((form) =>
		[true, false].map((dpop) => [form, dpop ? 'with' : 'without', dpop] as const),
	);

	it.each(table)('with a key as %s, %s DPoP', async (form, _dpop, dpop) => {
		const { org, engine } = await startServiceApp({ form, dpop });
		await engine.publish();
		expect(org.hooks()).toMatchObject([{ status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
		expect(engine.savedCredential().dpopPrivateKey !== '').toBe(dpop);

		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
		expect(tokensIssued(org)).toBe(1);
	});

	it.each(['JWK (RSA)', 'JWK (EC)'] as const)(
		"with a %s that contains its key ID, and 'Key ID' left empty",
		async (form) => {
			const { org, engine, privateKey } = await startServiceApp({ form });
			const jwk = JSON.stringify({ ...JSON.parse(privateKey), kid: 'key-1' });
			engine.setCredential({ keyId: '', privateKey: jwk });
			await engine.publish();
			expect(org.hooks()).toHaveLength(1);
		},
	);

	it.each([
		['with both scopes', [HOOKS, LOGS]],
		['with only the event hook scope', [HOOKS]],
	])('%s', async (_what, scopes) => {
		const { org, engine } = await startServiceApp({ scopes });
		await engine.publish();
		expect(org.hooks()).toHaveLength(1);
		// Without a proof, with a proof, and with a proof that has the nonce.
		expect(tokenStatuses(org)).toEqual([400, 400, 200]);
	});

	it.each([
		['with a trailing slash', (url: string) => `${url}/`],
		['with a path', (url: string) => `${url}/app/UserHome?x=1`],
		['surrounded by spaces', (url: string) => ` ${url} `],
	])('with an org URL pasted %s', async (_what, paste) => {
		const { org, engine } = await startServiceApp();
		engine.setCredential({ url: paste(org.url) });
		await engine.publish();
		expect(org.hooks()).toHaveLength(1);
	});

	it('after replacing an OAuth connection, and keeps the same hook', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [{ id }] = org.hooks();
		const { publicJwk, privateKey } = createKey('JWK (EC)');
		const key = { ...publicJwk, kty: 'EC', kid: 'key-1' };
		const clientId = org.addServiceApp({ jwks: { keys: [key] }, scopes: [HOOKS] });
		engine.setParameters({ authentication: 'serviceApp' });
		engine.setCredential({ url: org.url, clientId, keyId: 'key-1', privateKey });
		org.deactivateUser();
		await engine.publish('update');

		expect(org.hooks()).toMatchObject([{ id, status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
	});
});

describe('The access token of a service app', () => {
	it('is renewed if a scope was granted after it was issued', async () => {
		const { org, engine } = await startServiceApp({ scopes: [LOGS] });
		await expect(engine.publish()).rejects.toThrow("the scope 'okta.eventHooks.manage'");
		org.grantScopes(String(engine.savedCredential().clientId), [LOGS, HOOKS]);
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
	});

	it.each([true, false])(
		'is shared by many calls, restarts, and checks (DPoP: %s)',
		async (dpop) => {
			const { org, engine } = await startServiceApp({ dpop });
			await engine.publish();
			await engine.restart();
			for (let polls = 0; polls < 3; polls++) await engine.poll();
			await engine.publish('update');
			await engine.unpublish();
			await engine.publish();
			expect(tokensIssued(org)).toBe(1);
		},
	);

	it.each([true, false])('is renewed once it has expired (DPoP: %s)', async (dpop) => {
		const { org, engine } = await startServiceApp({ dpop });
		await engine.publish();
		const { accessToken } = engine.savedCredential();
		for (let renewals = 1; renewals <= 3; renewals++) {
			org.expireAccessTokens();
			await engine.poll();
			expect(tokensIssued(org)).toBe(1 + renewals);
			const calls = org.requests().filter(({ path }) => path.startsWith('/api/'));
			expect(calls.slice(-2).map(({ status }) => status)).toEqual([401, 200]);
			expect(calls).toHaveLength(3 + 2 * renewals);
		}
		expect(engine.savedCredential().accessToken).not.toBe(accessToken);
		expect([engine.log(), engine.failures()]).toEqual([[], []]);
	});

	it('is renewed with a new nonce if Okta has changed it', async () => {
		const { org, engine } = await startServiceApp();
		await engine.publish();
		org.rotateDpopNonce();
		org.expireAccessTokens();
		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
		expect(tokensIssued(org)).toBe(2);
	});

	it.each([
		['no longer requires DPoP', true, false],
		['now requires DPoP', false, true],
	])('is renewed for an app that %s', async (_what, before, after) => {
		const { org, engine, privateKey } = await startServiceApp({ dpop: before, form: 'JWK (EC)' });
		await engine.publish();
		const { kty, crv, x, y } = JSON.parse(privateKey) as Record<string, string>;
		const clientId = org.addServiceApp({
			jwks: { keys: [{ kty, crv, x, y, kid: 'key-1' }] },
			scopes: [HOOKS],
			dpop: after,
		});
		engine.setCredential({ clientId });
		org.expireAccessTokens();
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
		expect(engine.savedCredential().dpopPrivateKey !== '').toBe(after);
	});

	const otherKey = createKey('JWK (EC)').privateKey;

	it.each([
		['an invalid key', 'nonsense'],
		['half a key', otherKey.slice(0, 40)],
		['the key of another token', otherKey],
		['nothing', ''],
	])('is replaced if its DPoP key was replaced by %s', async (_what, dpopPrivateKey) => {
		const { org, engine } = await startServiceApp();
		await engine.publish();
		engine.setCredential({ dpopPrivateKey });
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
		expect(tokensIssued(org)).toBe(2);
	});

	it('is replaced after a wrong clock was corrected', async () => {
		const restoreClock = setClock(-TEN_MINUTES);
		const { org, engine } = await startServiceApp({}, { now: realNow });
		await engine.publish();
		restoreClock();
		await engine.poll();

		expect([engine.log(), engine.failures()]).toEqual([[], []]);
		expect(tokensIssued(org)).toBe(2);
		expect(engine.savedCredential().clockOffset).toBe('0');
	});

	it.each([
		['ten minutes behind', -TEN_MINUTES],
		['ten minutes ahead', TEN_MINUTES],
		['two days ahead', 2 * 24 * 3600_000],
	])("can be obtained and renewed if n8n's clock is %s", async (_what, difference) => {
		setClock(difference);
		const { org, engine } = await startServiceApp({}, { now: realNow });
		await engine.publish();
		org.expireAccessTokens();
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
		expect(tokensIssued(org)).toBe(2);
	});
});

describe('The error message when a service app cannot create the hook', () => {
	const otherKey = createKey('PKCS#8').privateKey;

	it.each<[string, ServiceAppInput, RegExp]>([
		['an empty org URL', { entered: { url: '' } }, /'Okta Org URL'/],
		['an empty client ID', { entered: { clientId: ' ' } }, /'Client ID' is empty/],
		['an empty key ID', { entered: { keyId: '' } }, /'Key ID' is empty.*'General' tab/],
		['an empty key', { entered: { privateKey: '' } }, /'Private Key' is empty.*Add Key/],
		['half a key', { entered: { privateKey: otherKey.slice(0, 200) } }, /'Private Key' is damaged/],
		['a wrong key', { entered: { privateKey: otherKey } }, /'Private Key' doesn't match/],
		[
			'a wrong key ID',
			{ entered: { keyId: 'key-2' } },
			/no active key with the ID 'key-2'.*'Key ID'/,
		],
		['a wrong client ID', { entered: { clientId: '0oaX' } }, /client ID '0oaX'.*'Client ID'/],
		['no scope', { scopes: [] }, /'Okta API Scopes' tab, grant 'okta\.eventHooks\.manage'/],
		[
			'an unrelated scope',
			{ scopes: ['okta.users.read'] },
			/'Okta API Scopes' tab, grant 'okta\.event/,
		],
		[
			'only the other trigger’s scope',
			{ scopes: [LOGS] },
			/access token doesn't include the scope 'okta\.eventHooks\.manage'.*'Okta API Scopes'/,
		],
		[
			'no role',
			{ admin: false },
			/has the scope but not the admin role.*'Admin roles' tab.*Super Administrator/,
		],
	])('about %s says what to do', async (_what, input, text) => {
		for (const dpop of [true, false]) {
			expect(await failToPublish(await startServiceApp({ dpop, ...input }))).toMatch(text);
		}
	});

	it("about another org's URL says to check 'Okta Org URL'", async () => {
		const setup = await startServiceApp();
		const other = await startServiceApp();
		setup.engine.setCredential({ url: other.org.url });
		expect(await failToPublish(setup)).toMatch(/has no active app .*'Okta Org URL'/);
	});

	it('about an unreachable org URL says that the connection failed', async () => {
		const setup = await startServiceApp();
		setup.engine.setCredential({ url: 'http://127.0.0.1:9' });
		expect(await failToPublish(setup)).toMatch(
			/connection to Okta at http:\/\/127\.0\.0\.1:9 failed/,
		);
	});

	it.each<[string, OktaOrgOptions]>([
		['ahead', { now: () => Date.now() - TEN_MINUTES }],
		['behind', { now: () => Date.now() + TEN_MINUTES }],
	])(
		"about n8n's clock being ten minutes %s says so if Okta's responses reveal no time",
		async (_, org) => {
			expect(await failToPublish(await startServiceApp({}, org))).toMatch(/the n8n server's clock/);
		},
	);

	it.each([
		[
			'is unavailable',
			{ status: 503 },
			/Okta is temporarily unavailable .*HTTP 503.*status\.okta\.com/,
		],
		['enforces the rate limit', { status: 429 }, /rate limit for tokens\. Try again/],
		['drops the connection', { drop: true }, /connection to Okta at http.* failed.*network/],
		['redirects', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, /'Okta Org URL'/],
		['is a web page', { status: 200, body: '<html><body>Hi</body></html>' }, /'Okta Org URL'/],
		['is a proxy', { status: 403, body: '<html><body>No</body></html>' }, /'Okta Org URL'/],
		['returns no body', { status: 204, body: '' }, /'Okta Org URL'/],
	])('about a token endpoint that %s says what to do', async (_what, fault, text) => {
		const setup = await startServiceApp();
		setup.org.faults.addFault({ path: '/oauth2/v1/token', ...fault });
		expect(await failToPublish(setup)).toMatch(text);
		expect(tokenStatuses(setup.org).length).toBeLessThan(3);
	});

	it('about proofs that Okta keeps rejecting says so after requesting a new token only once', async () => {
		const setup = await startServiceApp({}, {}, { cleansUp: false });
		setup.org.faults.addFault({
			path: /eventHooks/,
			status: 400,
			headers: {
				'WWW-Authenticate':
					'DPoP algs="RS256 ES256", realm="x", error="invalid_dpop_proof", error_description="\'htu\' claim in the DPoP proof JWT is invalid."',
			},
			body: '',
		});
		const message = await failToPublish(setup);

		expect(message).toMatch(/proof .*\(DPoP\).*clock.*proxy.*'Okta service app'.*connection test/);
		expect(message).toContain("('htu' claim in the DPoP proof JWT is invalid, invalid_dpop_proof)");
		expect(tokensIssued(setup.org)).toBe(2);
	});

	it('about a proof rejected at the verification does not blame the webhook URL', async () => {
		const setup = await startServiceApp();
		const headers = { 'WWW-Authenticate': 'DPoP error="invalid_dpop_proof"' };
		setup.org.faults.addFault({ path: /verify$/, status: 400, headers, body: '' });
		expect(await failToPublish(setup)).toMatch(/proof .*\(DPoP\)/);
	});

	it('about a proof rejected at the deactivation does not let it count as done', async () => {
		const { org, engine } = await startServiceApp();
		await engine.publish();
		const headers = { 'WWW-Authenticate': 'DPoP error="invalid_dpop_proof"' };
		org.faults.addFault({ path: /deactivate$/, status: 400, headers, body: '' });
		await expect(engine.unpublish()).rejects.toThrow(/proof .*\(DPoP\)/);
	});

	it('about a service app that was deleted in Okta names it when unpublishing', async () => {
		const { org, engine } = await startServiceApp();
		await engine.publish();
		org.expireAccessTokens();
		engine.setCredential({ clientId: '0oaGone' });
		await expect(engine.unpublish()).rejects.toThrow(
			/didn't issue an access token to the service app.*'0oaGone'/,
		);
		expect(org.hooks()).toHaveLength(1);
	});
});

describe('A check of the hook with a service app', () => {
	it.each([
		['its key was revoked in Okta', { keyId: 'gone' }, {}, "issue an access token.*'Key ID'"],
		[
			'Okta issues no tokens',
			{},
			{ path: /token$/, status: 500 },
			'access token.*right now.*HTTP 500',
		],
		['Okta is unreachable', {}, { path: /./, drop: true }, 'The connection to Okta'],
	])('keeps a working hook and reports that %s', async (_what, entered, fault, text) => {
		const clock = startClock();
		const { org, engine } = await startServiceApp();
		await engine.publish();
		const [hook] = org.hooks();
		await engine.restart();
		org.expireAccessTokens();
		engine.setCredential(entered);
		if ('path' in fault) org.faults.addFault(fault);
		for (let polls = 0; polls < 8; polls++) {
			clock.pass(5 * 60_000);
			await engine.poll();
		}
		org.faults.clearFaults();

		expect(engine.isListening()).toBe(true);
		expect(org.hooks()).toEqual([hook]);
		expect(engine.failures()).toEqual([expect.stringMatching(new RegExp(text))]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});
});

describe('Secrets of a service app', () => {
	it.each([true, false])(
		'and its JWTs never appear in items, static data, logs, or errors (DPoP: %s)',
		async (dpop) => {
			const { org, engine, privateKey } = await startServiceApp({ dpop, form: 'JWK (RSA)' });
			await engine.publish();
			const hookSecret = secretOf(org);
			await org.signIn('pushApproved');
			const tokens: string[] = [];
			const errors: unknown[] = [];
			const remember = () => {
				const { accessToken, dpopPrivateKey } = engine.savedCredential();
				tokens.push(String(accessToken));
				if (dpop) tokens.push((JSON.parse(String(dpopPrivateKey)) as { d: string }).d);
			};
			const challenge = { 'WWW-Authenticate': 'DPoP error="invalid_dpop_proof"' };
			for (const fault of [
				{ path: /eventHooks/, status: 403 },
				{ path: /eventHooks/, status: 401 },
				{ path: /eventHooks/, status: 400, headers: challenge, body: '' },
				{ path: /eventHooks/, drop: true },
				{ path: /token$/, status: 400 },
				{ path: /token$/, drop: true },
			]) {
				remember();
				org.expireAccessTokens();
				const removeFault = org.faults.addFault(fault);
				for (let polls = 0; polls < 2; polls++) await engine.poll();
				await engine.unpublish().catch((error: unknown) => errors.push(error));
				await engine.publish().catch((error: unknown) => errors.push(error));
				removeFault();
			}
			remember();
			const { d, p, q } = JSON.parse(privateKey) as Record<string, string>;
			const everything = [
				JSON.stringify([engine.items(), engine.staticData(), engine.log(), engine.failures()]),
				...errors.map((error) => inspect(error, { depth: 10, showHidden: true })),
			].join('\n');

			expect(errors).toHaveLength(12);
			expect(engine.log().length).toBeGreaterThan(3);
			for (const secret of [hookSecret, d, p, q, ...tokens]) {
				expect(secret.length).toBeGreaterThan(10);
				expect(everything).not.toContain(secret);
			}
			expect(everything).not.toMatch(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./);
		},
	);
});
