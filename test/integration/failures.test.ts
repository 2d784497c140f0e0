import { inspect } from 'node:util';

import { startHookReceiver } from '../../lab/okta-org/receiver';
import {
	callsTo,
	secretOf,
	startConnected,
	startPublished,
	stopAll,
	until,
	writesTo,
} from './setup';
import type { Setup } from './setup';

afterEach(stopAll);

/** Publishes, expects that to fail, and returns the error message. */
async function failToPublish({ engine }: Setup): Promise<string> {
	const error: unknown = await engine.publish().then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Error)) throw new Error('Publishing succeeded');
	return error.message;
}

const HTML = '<html><body>Attention Required</body></html>';

describe('If Okta fails while the hook is being registered, nothing is left behind', () => {
	const steps: Array<[string, { method: string; path: RegExp }]> = [
		['listing hooks', { method: 'GET', path: /eventHooks$/ }],
		['creating the hook', { method: 'POST', path: /eventHooks$/ }],
		['verifying the hook', { method: 'POST', path: /verify$/ }],
	];
	const failures = [
		['a 400', { status: 400 }],
		['a 403', { status: 403 }],
		['a 404', { status: 404 }],
		['a 429', { status: 429 }],
		['a 500', { status: 500 }],
		['a dropped connection', { drop: true }],
		['HTML instead of JSON', { status: 200, body: HTML }],
	] as const;
	const table = steps.flatMap(([step, match]) =>
		failures.map(([failure, fault]) => [failure, step, { ...match, ...fault }] as const),
	);

	it.each(table)('%s when %s', async (_failure, _step, fault) => {
		const setup = await startConnected({}, { cleansUp: false });
		setup.org.faults.addFault(fault);
		const message = await failToPublish(setup);

		expect(setup.org.hooks()).toEqual([]);
		expect(setup.engine.staticData()).toEqual({});
		expect(setup.engine.isListening()).toBe(false);
		expect(message).not.toMatch(/[{}]|<\w|\n/);
	});

	it('even if Okta created the hook but its response got lost', async () => {
		const setup = await startConnected({}, { cleansUp: false });
		const { org, engine } = setup;
		await engine.publish();
		const [{ description }] = org.hooks();
		await engine.unpublish();
		org.clearRequests();
		org.faults.addFault({ method: 'POST', path: /eventHooks$/, delay: 200, drop: true });
		const failure = failToPublish(setup);
		await until(() => callsTo(org).includes('POST /api/v1/eventHooks'));
		org.console.createHook({
			name: 'n8n: Watch MFA / Okta User MFA Trigger',
			description,
			events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
			channel: { type: 'HTTP', version: '1.0.0', config: { uri: engine.webhookUrl } },
		});
		await failure;

		expect(org.hooks()).toEqual([]);
	});

	it('and the error names the hook if it could not be deleted either', async () => {
		const setup = await startConnected({}, { cleansUp: false });
		setup.org.faults.addFault({ path: /verify$/, status: 400 });
		setup.org.faults.addFault({ path: /deactivate$/, status: 500 });
		const message = await failToPublish(setup);

		const [{ id }] = setup.org.hooks();
		expect(message).toContain(`Event hook ${id} may still be in Okta`);
		expect(message).toContain('Workflow > Event Hooks');
		setup.org.faults.clearFaults();
		await setup.engine.publish();
		expect(setup.org.hooks().map((hook) => hook.id)).toEqual([id]);
	});

	it('not even a hook that was taken over but could not be verified', async () => {
		const setup = await startConnected({}, { cleansUp: false });
		await setup.engine.publish();
		setup.engine.setStaticData({});
		setup.org.faults.addFault({ path: /verify$/, status: 400 });
		await failToPublish(setup);

		expect(setup.org.hooks()).toEqual([]);
	});
});

describe('The error message', () => {
	it.each([
		[
			'a missing admin role',
			{ status: 403 },
			/^The user who connected .* isn't allowed to manage event hooks.*Super Administrator/,
		],
		['a server error', { status: 503 }, /Okta is temporarily unavailable .*status\.okta\.com/],
		['a web page', { status: 200, body: HTML }, /didn't come from the Okta API.*'Okta Org URL'/],
		[
			'a proxy that denies access',
			{ status: 403, body: HTML },
			/didn't come from the Okta API.*proxy/,
		],
		['a dropped connection', { drop: true }, /The connection to Okta at http.* failed.*network/],
		[
			'a redirect',
			{ status: 302, headers: { location: 'https://elsewhere.example.com/' } },
			/HTTP 302, but the response didn't come from the Okta API/,
		],
		[
			'a rate limit says when it resets',
			{ status: 429, headers: { 'x-rate-limit-reset': '1795521600' } },
			/rate limit .*Try again after 2026-11-24T12:00:00\.000Z/,
		],
	])('about %s says what to do', async (_, fault, text) => {
		const setup = await startConnected();
		setup.org.faults.addFault({ path: /eventHooks$/, ...fault });

		expect(await failToPublish(setup)).toMatch(text);
	});

	it('about a failed verification names the URL and what to check', async () => {
		const setup = await startConnected({ deliveryTimeout: 200 });
		const url = `http://127.0.0.1:9/webhook/${setup.engine.webhookUrl.split('/').at(-2)}/webhook`;
		const elsewhere = await startConnected({}, { webhookUrl: 'http://127.0.0.1:9/' });
		const message = await failToPublish(elsewhere);

		expect(message).toContain(`Okta couldn't verify the webhook URL ${url}`);
		expect(message).toContain('WEBHOOK_URL');
		expect(elsewhere.org.hooks()).toEqual([]);
	});

	it('about a failed verification does not depend on the words in the hook’s name', async () => {
		const parameters = { options: { hookName: 'Too many MFA failures' } };
		const elsewhere = await startConnected({}, { webhookUrl: 'http://127.0.0.1:9/', parameters });

		expect(await failToPublish(elsewhere)).toMatch(/^Okta couldn't verify the webhook URL/);
		expect(elsewhere.org.hooks()).toEqual([]);
	});

	it('about a connection that ends during the verification does not blame the webhook URL', async () => {
		const setup = await startConnected();
		setup.org.faults.addFault({ path: /verify$/, status: 401, times: 2 });
		const body = { errorCode: 'invalid_client', errorSummary: 'Unknown client_id.' };
		setup.org.faults.addFault({ path: '/oauth2/v1/token', status: 400, body });

		expect(await failToPublish(setup)).toMatch(/^Okta doesn't recognize this client ID or secret/);
	});

	it('about 25 active hooks says to deactivate one', async () => {
		const setup = await startPublished();
		const { org, engine } = setup;
		const others = await startHookReceiver();
		for (let count = 0; count < 24; count++) {
			const { id } = org.console.createHook({
				name: `Other ${count}`,
				events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
				channel: { type: 'HTTP', version: '1.0.0', config: { uri: `${others.url}/${count}` } },
			});
			await org.console.verifyHook(id);
		}
		await engine.unpublish();
		const { id } = org.console.createHook({
			name: 'The 25th',
			events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
			channel: { type: 'HTTP', version: '1.0.0', config: { uri: `${others.url}/25` } },
		});
		await org.console.verifyHook(id);
		await others.stop();

		expect(await failToPublish(setup)).toMatch(/25 active event hooks\. .* deactivate one/);
		expect(org.hooks()).toHaveLength(25);
	});

	it('about a rate limit without a reset time says to try again', async () => {
		const setup = await startConnected();
		setup.org.faults.addFault({ path: /eventHooks$/, status: 429, body: 'slow down' });

		expect(await failToPublish(setup)).toMatch(/rate limit .*Try again/);
	});

	it.each([
		['revoked', (org: Setup['org']) => org.revokeRefreshTokens()],
		['made by a user who was deactivated', (org: Setup['org']) => org.deactivateUser()],
	])('about a connection that was %s says to connect again', async (_, end) => {
		const setup = await startConnected();
		setup.org.expireAccessTokens();
		end(setup.org);

		expect(await failToPublish(setup)).toMatch(/connection.*'Okta account'.*connect it again/);
	});

	it('about a user without the admin role says so, although the token has the scope', async () => {
		const setup = await startConnected();
		setup.org.setAdminRights(false);

		expect(await failToPublish(setup)).toMatch(/user who connected .*assign the user .*role/);
	});

	it('about an unknown client secret names the fields to check', async () => {
		const setup = await startConnected();
		setup.engine.setCredential({ clientSecret: 'mistyped' });
		setup.org.expireAccessTokens();

		expect(await failToPublish(setup)).toMatch(/Check 'Client ID' and 'Client Secret'/);
	});

	it('about a credential that was never connected says so', async () => {
		const setup = await startConnected({}, { oauthTokenData: undefined });

		expect(await failToPublish(setup)).toMatch(/isn't connected yet/);
	});

	it.each(['', 'my org', 'your-org', 'ftp://your-org.okta.com', 'http://your-org.okta.com'])(
		'about an invalid org URL shows an example: "%s"',
		async (url) => {
			const setup = await startConnected();
			setup.engine.setCredential({ url });

			expect(await failToPublish(setup)).toMatch(/'Okta Org URL', e\.g\. https:\/\/your-org/);
			expect(callsTo(setup.org)).toEqual([]);
		},
	);
});

describe('A webhook URL that Okta cannot reach', () => {
	it.each([
		'http://n8n.example.com/',
		'https://localhost:5678/',
		'https://192.168.1.20/',
		'https://n8n/',
		'https://n8n.local/',
	])('prevents publishing before any call and names WEBHOOK_URL: %s', async (webhookUrl) => {
		const setup = await startConnected({}, { webhookUrl });
		setup.engine.setCredential({ url: 'https://your-org.okta.com' });
		const message = await failToPublish(setup);

		expect(message).toContain(`Okta can't reach n8n at ${webhookUrl}`);
		expect(message).toContain('WEBHOOK_URL');
		expect(callsTo(setup.org)).toEqual([]);
	});
});

describe('A node without a webhook ID, as in a workflow created through the API', () => {
	it('prevents publishing before anything is written to Okta, and says what to do', async () => {
		const setup = await startConnected({}, { lacksWebhookId: true });
		const message = await failToPublish(setup);

		expect(message).toMatch(
			/^The node 'Okta User MFA Trigger' has no webhook ID yet.*Open the workflow in the editor, save it, then publish it again/,
		);
		expect(writesTo(setup.org)).toEqual([]);
	});
});

describe('Secrets', () => {
	it('of the hook and the connection never appear in items, static data, logs, or errors', async () => {
		const { org, engine } = await startPublished();
		const hookSecret = secretOf(org);
		await org.signIn('pushApproved');
		org.expireAccessTokens();
		const errors: unknown[] = [];
		for (const fault of [{ status: 403 }, { status: 500 }, { drop: true }, { status: 400 }]) {
			const removeFault = org.faults.addFault({ path: /eventHooks/, ...fault });
			await engine.poll();
			await engine.poll();
			await engine.unpublish().catch((error: unknown) => errors.push(error));
			await engine.publish().catch((error: unknown) => errors.push(error));
			removeFault();
		}
		const { access_token, refresh_token } = engine.savedCredential().oauthTokenData as Record<
			string,
			string
		>;
		const everything = [
			JSON.stringify([engine.items(), engine.staticData(), engine.log(), engine.failures()]),
			...errors.map((error) => inspect(error, { depth: 10, showHidden: true })),
		].join('\n');

		expect(errors).toHaveLength(8);
		for (const secret of [hookSecret, org.client.secret, access_token, refresh_token]) {
			expect(secret.length).toBeGreaterThan(10);
			expect(everything).not.toContain(secret);
		}
	});
});
