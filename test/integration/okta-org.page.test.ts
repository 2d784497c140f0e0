import { call, hookInput, org, received, startOrgBeforeEach, verifiedHook } from './okta-org.setup';

startOrgBeforeEach();

describe('The console page', () => {
	test('shows hooks with escaped names', async () => {
		org.console.createHook(hookInput({ name: '<script>alert(1)</script>' }));
		const { text, headers } = await call('/');
		expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
		expect(text).not.toContain('<script>alert');
		expect(headers.get('content-security-policy')).toContain("default-src 'none'");
	});

	test('has buttons that sign a user in', async () => {
		await verifiedHook();
		const press = async (kind: string, headers: Record<string, string>) =>
			await call('/console/event', {
				method: 'POST',
				body: new URLSearchParams({ kind }),
				headers,
			});
		const { json } = await press('pushDenied', { Accept: 'application/json' });
		expect(json).toMatchObject({ event: { outcome: { result: 'FAILURE' } } });
		expect(received('POST')).toHaveLength(1);

		const form = await press('sms', { Accept: 'text/html' });
		expect(form.status).toBe(303);
		expect((await press('nothing', {})).status).toBe(400);
		expect((await press('sms', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
		expect((await call('/console/state')).json).toMatchObject({ hooks: [{ name: 'A hook' }] });
	});
});
