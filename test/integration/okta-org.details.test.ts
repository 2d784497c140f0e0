import { startOktaOrg } from '../../lab/okta-org';
import type { EventHook, OktaOrg, OktaOrgOptions } from '../../lab/okta-org';
import { respondWith, startHookReceiver } from '../../lab/okta-org/receiver';
import type { HookReceiver } from '../../lab/okta-org/receiver';

const running: Array<{ stop(): Promise<void> }> = [];

afterEach(async () => {
	await Promise.all(running.splice(0).map(async (service) => await service.stop()));
});

interface Setup {
	org: OktaOrg;
	receiver: HookReceiver;
	/** Moves the org's clock forward. */
	pass(ms: number): void;
	/** Calls the event hooks API as a client would. */
	call(method: string, path: string, body?: object): Promise<EventHook>;
	/** The body to create or replace the receiver's hook. */
	hook: object;
}

async function start(options: OktaOrgOptions = {}): Promise<Setup> {
	let time = Date.parse('2026-08-14T10:00:00.789Z');
	const org = await startOktaOrg({ now: () => time, ...options });
	const receiver = await startHookReceiver();
	running.push(org, receiver);
	const { access_token } = await org.issueTokens();
	return {
		org,
		receiver,
		pass: (ms) => {
			time += ms;
		},
		async call(method, path, body) {
			const response = await fetch(`${org.url}/api/v1/eventHooks${path}`, {
				method,
				headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			});
			expect(response.status).toBe(200);
			return (await response.json()) as EventHook;
		},
		hook: {
			name: 'MFA',
			description: 'a'.repeat(59) + 'bcd',
			events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
			channel: {
				type: 'HTTP',
				version: '1.0.0',
				config: {
					uri: receiver.url,
					authScheme: { type: 'HEADER', key: 'Authorization', value: 'secret' },
				},
			},
		},
	};
}

describe("The org's metadata", () => {
	it('is public and has the same ID at each URL of the org', async () => {
		const { org } = await start();
		for (const url of [org.url, org.otherUrl]) {
			const response = await fetch(`${url}/.well-known/okta-organization`);
			expect(await response.json()).toMatchObject({
				id: org.id,
				pipeline: 'idx',
				settings: expect.any(Object),
				_links: expect.any(Object),
			});
		}
		expect(org.id).toMatch(/^00o[A-Za-z\d]{17}$/);
		expect(new URL(org.otherUrl).hostname).toBe('localhost');
		expect(org.requests().map(({ path }) => path)).toEqual([
			'/.well-known/okta-organization',
			'/.well-known/okta-organization',
		]);
	});

	it('can be made to fail', async () => {
		const { org } = await start();
		org.faults.addFault({ path: /well-known/, status: 503 });

		expect((await fetch(`${org.url}/.well-known/okta-organization`)).status).toBe(503);
	});
});

describe('The timestamps of an event hook', () => {
	it('are whole seconds', async () => {
		const { call, hook } = await start();

		expect(await call('POST', '', hook)).toMatchObject({
			created: '2026-08-14T10:00:00.000Z',
			lastUpdated: '2026-08-14T10:00:00.000Z',
		});
	});

	it('are outdated only in the response to a replace', async () => {
		const { call, hook, pass } = await start();
		const { id, lastUpdated } = await call('POST', '', hook);
		pass(5_000);

		expect((await call('PUT', `/${id}`, hook)).lastUpdated).toBe(lastUpdated);
		expect((await call('GET', `/${id}`)).lastUpdated).toBe('2026-08-14T10:00:05.000Z');
	});

	it.each(['verify', 'deactivate', 'activate'])(
		'are up to date in the response to %s',
		async (act) => {
			const { call, hook, pass } = await start();
			const { id } = await call('POST', '', hook);
			pass(5_000);

			expect(await call('POST', `/${id}/lifecycle/${act}`)).toMatchObject({
				created: '2026-08-14T10:00:00.000Z',
				lastUpdated: '2026-08-14T10:00:05.000Z',
			});
		},
	);
});

describe('The description of an event hook', () => {
	it.each([
		[undefined, 'a'.repeat(59) + 'bcd'],
		['returned', 'a'.repeat(59) + 'bcd'],
		['omitted', null],
		['truncated', 'a'.repeat(59) + 'b'],
	] as const)("is returned as the org's option says: %s", async (descriptions, description) => {
		const { org, call, hook } = await start({ descriptions });
		const { id } = await call('POST', '', hook);

		expect(await call('GET', `/${id}`)).toMatchObject({ description });
		expect(org.hooks()).toMatchObject([{ description }]);
	});
});

describe('A replace that changes only the secret', () => {
	const withSecret = (hook: object, value: string) =>
		JSON.parse(JSON.stringify(hook).replace('"secret"', JSON.stringify(value))) as object;

	it.each([
		[undefined, 'UNVERIFIED'],
		[true, 'UNVERIFIED'],
		[false, 'VERIFIED'],
	])(
		"ends the verification if the org's option says so: %s",
		async (newSecretEndsVerification, status) => {
			const { org, call, hook } = await start({ newSecretEndsVerification });
			const { id } = await call('POST', '', hook);
			await call('POST', `/${id}/lifecycle/verify`);
			const replaced = await call('PUT', `/${id}`, withSecret(hook, 'another'));

			expect(replaced.verificationStatus).toBe(status);
			expect(org.secretOf(id)).toBe('another');
		},
	);

	it('always ends the verification if it changes the URL too', async () => {
		const { call, hook, receiver } = await start({ newSecretEndsVerification: false });
		const { id } = await call('POST', '', hook);
		await call('POST', `/${id}/lifecycle/verify`);
		const moved = JSON.parse(
			JSON.stringify(hook).replace(receiver.url, `${receiver.url}/elsewhere`),
		) as object;

		expect((await call('PUT', `/${id}`, moved)).verificationStatus).toBe('UNVERIFIED');
	});
});

describe('A verified event hook', () => {
	it.each([
		[undefined, 'VERIFIED'],
		[false, 'VERIFIED'],
		[true, 'UNVERIFIED'],
	])(
		"is as the org's option says after a failed verification: %s",
		async (failureEndsVerification, status) => {
			const { org, call, hook, receiver } = await start({ failureEndsVerification });
			const { id } = await call('POST', '', hook);
			await call('POST', `/${id}/lifecycle/verify`);
			receiver.next.push(respondWith(404), respondWith(404));
			await expect(org.console.verifyHook(id)).rejects.toThrow();

			expect((await call('GET', `/${id}`)).verificationStatus).toBe(status);
		},
	);

	it.each([
		[undefined, 'VERIFIED'],
		[false, 'VERIFIED'],
		[true, 'UNVERIFIED'],
	])(
		"is as the org's option says after a deactivation: %s",
		async (deactivationEndsVerification, status) => {
			const { call, hook } = await start({ deactivationEndsVerification });
			const { id } = await call('POST', '', hook);
			await call('POST', `/${id}/lifecycle/verify`);
			await call('POST', `/${id}/lifecycle/deactivate`);

			expect((await call('POST', `/${id}/lifecycle/activate`)).verificationStatus).toBe(status);
		},
	);
});

describe('An event hook without a description and a filter', () => {
	it.each([
		[undefined, { description: null, filter: null }],
		['null', { description: null, filter: null }],
		['omitted', {}],
	] as const)("is returned as the org's option says: %s", async (unsetProperties, unset) => {
		const { call, hook } = await start({ unsetProperties });
		const { id } = await call('POST', '', { ...hook, description: undefined });
		const { description, events } = await call('GET', `/${id}`);
		const returned = { description, filter: events.filter };

		expect(JSON.parse(JSON.stringify(returned))).toEqual(unset);
	});
});
