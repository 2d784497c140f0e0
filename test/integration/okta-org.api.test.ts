import { accessToken, call, hookInput, org, restart, startOrgBeforeEach } from './okta-org.setup';

startOrgBeforeEach();

describe('A call to the API', () => {
	test('without a token gets an E0000005, and with an invalid one a challenge without a body', async () => {
		expect((await call('/api/v1/eventHooks')).json.errorCode).toBe('E0000005');

		const bad = await call('/api/v1/eventHooks', { token: 'nonsense' });
		expect(bad.status).toBe(401);
		expect(bad.text).toBe('');
		expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
	});

	test('with an expired token gets a 401', async () => {
		let now = Date.now();
		await restart({ now: () => now });
		const token = await accessToken();
		now += 3599_000;
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
		now += 1_000;
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(401);

		const another = await accessToken();
		org.expireAccessTokens();
		expect((await call('/api/v1/eventHooks', { token: another })).status).toBe(401);
	});

	test('without the scope gets a 403 that names it', async () => {
		const reader = await accessToken('okta.eventHooks.read');
		expect((await call('/api/v1/eventHooks', { token: reader })).status).toBe(200);

		const write = await call('/api/v1/eventHooks', {
			method: 'POST',
			token: reader,
			body: hookInput(),
		});
		expect(write.status).toBe(403);
		expect(write.text).toBe('');
		expect(write.headers.get('www-authenticate')).toMatch(
			/scope="okta\.eventHooks\.manage", error="insufficient_scope"/,
		);
		expect((await call('/api/v1/logs', { token: reader })).status).toBe(403);
	});

	test('with the scope but without the admin role gets a 403 too', async () => {
		const token = await accessToken();
		org.setAdminRights(false);
		const { status, headers, json } = await call('/api/v1/eventHooks', { token });
		expect(status).toBe(403);
		expect(json.errorCode).toBe('E0000006');
		expect(headers.has('www-authenticate')).toBe(false);

		org.setAdminRights(true);
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
	});

	test('gets rate limit headers', async () => {
		const { headers } = await call('/api/v1/eventHooks', { token: await accessToken() });
		expect(Number(headers.get('x-rate-limit-remaining'))).toBeLessThan(
			Number(headers.get('x-rate-limit-limit')),
		);
		expect(Number(headers.get('x-rate-limit-reset')) * 1000).toBeGreaterThan(Date.now());
	});

	test('is recorded without tokens', async () => {
		const token = await accessToken('okta.logs.read');
		await call('/api/v1/logs?limit=1', { token });
		expect(org.requests()).toEqual([
			expect.objectContaining({
				method: 'GET',
				path: '/api/v1/logs?limit=1',
				status: 200,
				scope: 'okta.logs.read',
			}),
		]);
		expect(JSON.stringify(org.requests())).not.toContain(token);
		org.clearRequests();
		expect(org.requests()).toEqual([]);
	});

	test('runs into added faults: repeated errors, a delay, a dropped connection', async () => {
		const token = await accessToken();
		org.faults.addFault({ method: 'GET', path: '/api/v1/eventHooks', status: 503, times: 1 });
		expect((await call('/api/v1/eventHooks', { token })).json.errorCode).toBe('E0000010');
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);

		const remove = org.faults.addFault({ path: /eventHooks/, drop: true });
		await expect(call('/api/v1/eventHooks', { token })).rejects.toThrow();
		remove();
		org.faults.addFault({ path: /eventHooks/, delay: 5 });
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
		org.faults.addFault({ path: /.*/, status: 400, body: 'not JSON' });
		org.faults.clearFaults();
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
	});
});
