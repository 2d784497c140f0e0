/** The options for behavior of Okta that isn't documented or recorded, and their defaults. */
import { startOktaOrg, type OktaOrg, type OktaOrgOptions } from '../../lab/okta-org';
import { startHookReceiver, type HookReceiver } from '../../lab/okta-org/receiver';

const HOOKS = '/api/v1/eventHooks';
const LOGS = '/api/v1/logs';

let org: OktaOrg;
let receiver: HookReceiver;
let token: string;
let now: number;

async function start(options: OktaOrgOptions = {}): Promise<void> {
	now = Date.parse('2026-05-04T09:30:00Z');
	org = await startOktaOrg({ now: () => now, ...options });
	token = (await org.issueTokens()).access_token;
}

beforeEach(async () => {
	receiver = await startHookReceiver();
});

afterEach(async () => {
	await org.stop();
	await receiver.stop();
});

interface ApiError {
	errorCode: string;
	errorSummary: string;
	errorCauses: Array<{ errorSummary: string }>;
}

async function call(
	path: string,
	{
		method = 'GET',
		body,
		language,
	}: { method?: string; body?: unknown; language?: string | null } = {},
) {
	const response = await fetch(org.url + path, {
		method,
		headers: {
			Authorization: `Bearer ${token}`,
			...(language && { 'Accept-Language': language }),
			...(body !== undefined && { 'Content-Type': 'application/json' }),
		},
		body: JSON.stringify(body),
	});
	const text = await response.text();
	return {
		status: response.status,
		headers: response.headers,
		text,
		json: (text.startsWith('{') ? JSON.parse(text) : {}) as ApiError,
	};
}

function hook(changes: Record<string, unknown> = {}) {
	return {
		name: 'Lobby',
		events: { type: 'EVENT_TYPE' as const, items: ['user.session.start'] },
		channel: {
			type: 'HTTP' as const,
			version: '1.0.0',
			config: {
				uri: receiver.url,
				authScheme: { type: 'HEADER' as const, key: 'X-Lobby-KEY', value: 'a lobby secret' },
			},
		},
		...changes,
	};
}

async function create(changes: Record<string, unknown> = {}) {
	return await call(HOOKS, { method: 'POST', body: hook(changes) });
}

describe('A duplicate event hook name', () => {
	it('is accepted by default', async () => {
		await start();
		await create();

		expect((await create()).status).toBe(200);
	});

	it('can be rejected by a create and a replace', async () => {
		await start({ duplicateNames: 'rejected' });
		await create();
		const { id } = org.console.createHook(hook({ name: 'Gate' }));
		const renamed = await call(`${HOOKS}/${id}`, { method: 'PUT', body: hook() });

		for (const { status, json } of [await create(), renamed]) {
			expect([status, json.errorCode]).toEqual([400, 'E0000001']);
			expect(json.errorCauses).toEqual([{ errorSummary: expect.stringMatching(/\bname\b/) }]);
		}
		expect(org.hooks().map(({ name }) => name)).toEqual(['Lobby', 'Gate']);
	});

	it('is not a duplicate when a hook keeps its own name', async () => {
		await start({ duplicateNames: 'rejected' });
		const { id } = org.console.createHook(hook());

		expect((await call(`${HOOKS}/${id}`, { method: 'PUT', body: hook() })).status).toBe(200);
	});
});

describe('The number of event types of an event hook', () => {
	const items = ['user.session.start', 'user.session.end', 'user.account.lock'];
	const events = { type: 'EVENT_TYPE', items };

	it('is unlimited by default', async () => {
		await start();

		expect((await create({ events })).status).toBe(200);
	});

	it("is limited as the org's option says", async () => {
		await start({ maxEventTypes: 2 });
		const { status, json } = await create({ events });

		expect([status, json.errorCode]).toEqual([400, 'E0000001']);
		expect(json.errorCauses).toEqual([{ errorSummary: expect.stringContaining('events.items') }]);
		expect((await create({ events: { ...events, items: items.slice(1) } })).status).toBe(200);
	});
});

describe('Deleting an active event hook', () => {
	it.each([
		[undefined, 400, 'E0000001'],
		[400, 400, 'E0000001'],
		[403, 403, 'E0000056'],
	] as const)("is rejected as the org's option says: %s", async (deleteOfActive, status, code) => {
		await start({ deleteOfActive });
		const { id } = org.console.createHook(hook());
		const rejected = await call(`${HOOKS}/${id}`, { method: 'DELETE' });

		expect(rejected.status).toBe(status);
		expect(rejected.json.errorCode).toBe(code);
		expect(rejected.json.errorCauses).toEqual([
			{ errorSummary: expect.stringContaining('INACTIVE') },
		]);
		expect(org.hooks()).toHaveLength(1);
	});
});

describe('A filter in an org without the filter feature', () => {
	const events = {
		type: 'EVENT_TYPE',
		items: ['user.session.start'],
		filter: { type: 'EXPRESSION_LANGUAGE', eventFilterMap: [] },
	};

	it.each([
		[undefined, 401, 'E0000015', []],
		[401, 401, 'E0000015', []],
		[400, 400, 'E0000001', [{ errorSummary: expect.stringContaining('events.filter') }]],
	] as const)(
		"is rejected as the org's option says: %s",
		async (featureOff, status, code, causes) => {
			await start({ featureOff });
			const rejected = await create({ events });

			expect(rejected.status).toBe(status);
			expect(rejected.json.errorCode).toBe(code);
			expect(rejected.json.errorCauses).toEqual(causes);
			expect(org.hooks()).toEqual([]);
		},
	);
});

describe('An active event hook beyond the limit', () => {
	it.each([
		[undefined, 400, 'E0000001', [{ errorSummary: expect.stringContaining('maximum number') }]],
		[400, 400, 'E0000001', [{ errorSummary: expect.stringContaining('maximum number') }]],
		[403, 403, 'E0000166', []],
	] as const)(
		"is rejected as the org's option says: %s",
		async (hookLimit, status, code, causes) => {
			await start({ hookLimit });
			for (let i = 0; i < 25; i++) {
				await org.console.verifyHook(org.console.createHook(hook()).id);
			}
			const rejected = await create();

			expect(rejected.status).toBe(status);
			expect(rejected.json.errorCode).toBe(code);
			expect(rejected.json.errorCauses).toEqual(causes);
			expect((await create({ status: 'INACTIVE' })).status).toBe(200);
		},
	);

	it('is also rejected by a replace that would activate it', async () => {
		await start();
		const { id } = await org.console.verifyHook(org.console.createHook(hook()).id);
		org.console.deactivateHook(id);
		for (let i = 0; i < 25; i++) {
			await org.console.verifyHook(org.console.createHook(hook()).id);
		}
		// The body is as it was read, without the secret, so the hook stays verified.
		const body = { ...org.hooks()[0], status: 'ACTIVE' };

		expect((await call(`${HOOKS}/${id}`, { method: 'PUT', body })).status).toBe(400);
		expect(org.hooks()[0]).toMatchObject({ status: 'INACTIVE', verificationStatus: 'VERIFIED' });
	});
});

describe('An event hook', () => {
	it('can start INACTIVE', async () => {
		await start();

		expect((await create({ status: 'INACTIVE' })).json).toMatchObject({ status: 'INACTIVE' });
	});

	it('keeps the letter case of its auth header', async () => {
		await start();
		const { id } = org.console.createHook(hook());
		await org.console.verifyHook(id);

		expect(org.hooks()).toMatchObject([
			{ channel: { config: { authScheme: { key: 'X-Lobby-KEY' } } } },
		]);
		expect(receiver.requests).toMatchObject([{ headers: { 'x-lobby-key': 'a lobby secret' } }]);
	});
});

describe('The language of an error', () => {
	const ENGLISH = 'You do not have permission to perform the requested action';

	it.each([
		[undefined, null, true],
		[undefined, 'fr', true],
		['fr', null, false],
		['fr', 'fr-CA, en;q=0.5', false],
		['fr', 'en', true],
		['fr', 'en-US,en;q=0.9', true],
	] as const)(
		'depends on the org (%s) and the requested language (%s)',
		async (language, requested, isEnglish) => {
			await start({ language });
			org.setAdminRights(false);
			const { json } = await call(HOOKS, { language: requested });

			expect(json.errorCode).toBe('E0000006');
			expect(json.errorSummary === ENGLISH).toBe(isEnglish);
		},
	);

	it("is the org's for an added fault, and for an error that names its subject", async () => {
		await start({ language: 'fr' });
		org.faults.addFault({ path: LOGS, status: 403 });

		expect((await call(LOGS)).json.errorSummary).not.toBe(ENGLISH);
		expect((await call(LOGS, { language: 'en' })).json.errorSummary).toBe(ENGLISH);
		const { json } = await call(`${HOOKS}/who1lobby2gate3yard4`);
		expect(json.errorSummary).toMatch(/^(?!Not found).*: .*who1lobby2gate3yard4 \(Webhook\)$/);
	});

	it('that a caller requests is recorded', async () => {
		await start();
		await call(HOOKS, { language: 'en-GB' });

		expect(org.requests()).toMatchObject([{ acceptLanguage: 'en-GB' }]);
	});
});

describe('A rate limit', () => {
	const remaining = async (path: string) =>
		Number((await call(path)).headers.get('x-rate-limit-remaining'));

	it('is generous by default', async () => {
		await start();

		expect(await remaining(HOOKS)).toBe(999);
		expect(await remaining(LOGS)).toBe(999);
	});

	it('applies only to paths below its own', async () => {
		await start({ rateLimits: { '/api': 50, [LOGS]: 2 } });

		expect(await remaining(`${LOGS}?limit=1`)).toBe(1);
		expect(await remaining(LOGS)).toBe(0);
		expect((await call(LOGS)).status).toBe(429);
		expect(await remaining(HOOKS)).toBe(49);
		expect(await remaining('/api/v1/logsAndMore')).toBe(48);
	});

	it('applies to the token endpoint too, whose 429 has an API error', async () => {
		await start({ rateLimits: { '/oauth2/v1/token': 0 } });

		expect(await call('/oauth2/v1/token', { method: 'POST' })).toMatchObject({
			status: 429,
			json: { errorCode: 'E0000047' },
		});
		expect(await remaining(HOOKS)).toBe(999);
	});

	it('resets at the end of its own window', async () => {
		await start({ rateLimits: { [HOOKS]: 1, [LOGS]: 1 } });
		await call(HOOKS);
		now += 30_000;
		await call(LOGS);
		now += 30_000;

		expect((await call(LOGS)).status).toBe(429);
		expect((await call(HOOKS)).status).toBe(200);
	});
});

describe('An added fault', () => {
	it.each([
		[400, 'E0000001'],
		[403, 'E0000006'],
		[429, 'E0000047'],
		[502, 'E0000009'],
	])('has the body that Okta sends with the status %s by default', async (status, errorCode) => {
		await start();
		org.faults.addFault({ path: HOOKS, status });

		expect(await call(HOOKS)).toMatchObject({ status, json: { errorCode } });
	});

	it('has no body with the status 401, like a rejected token', async () => {
		await start();
		org.faults.addFault({ path: HOOKS, status: 401 });

		expect(await call(HOOKS)).toMatchObject({ status: 401, text: '' });
	});

	it('has the given headers, and no remaining calls with the status 429', async () => {
		await start();
		org.faults.addFault({ path: HOOKS, status: 429, headers: { 'x-rate-limit-reset': '7' } });
		const { headers } = await call(HOOKS);

		expect(headers.get('x-rate-limit-remaining')).toBe('0');
		expect(headers.get('x-rate-limit-reset')).toBe('7');
	});
});
