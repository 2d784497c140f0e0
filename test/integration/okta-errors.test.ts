/** What users see when Okta or n8n rejects something, and which calls are made. */
import type { IDataObject } from 'n8n-workflow';

import type { EventHookInput, OktaOrg, OktaOrgOptions } from '../../lab/okta-org';
import { startHookReceiver } from '../../lab/okta-org/receiver';
import { createPollingEngine } from '../../lab/n8n-core/polling-engine';
import type { PollingEngine } from '../../lab/n8n-core/polling-engine-types';
import { rejectionOf } from './rejection';
import {
	expectDelivery,
	startClock,
	startConnected,
	startServiceApp,
	startWatchable,
	startWatched,
	stopAll,
	writesTo,
} from './setup';
import type { Setup } from './setup';

type Call = (...args: unknown[]) => Promise<unknown>;

/** Whether errors reach the node as in n8n 1, without the response that caused them. */
const mockN8n = { isV1: false };

jest.mock('n8n-core', () => {
	interface MockContext {
		helpers: Record<string, Call>;
	}
	const core =
		jest.requireActual<Record<string, new (...args: unknown[]) => MockContext>>('n8n-core');
	const mockContext = (name: string) =>
		class extends core[name] {
			constructor(...args: unknown[]) {
				super(...args);
				const send = this.helpers.httpRequestWithAuthentication;
				this.helpers.httpRequestWithAuthentication = async function (this: unknown, ...sent) {
					return await send.apply(this, sent).catch((error: Error) => {
						if (mockN8n.isV1) error.cause = undefined;
						throw error;
					});
				};
			}
		};
	return {
		...core,
		HookContext: mockContext('HookContext'),
		PollContext: mockContext('PollContext'),
	};
});

/** Errors that the trigger threw on deliveries. In n8n, each is a failed execution. */
const mockThrown: Error[] = [];

jest.mock('../../nodes/shared/eventHooks/receive', () => {
	const { receive } = jest.requireActual<Record<string, Call>>(
		'../../nodes/shared/eventHooks/receive',
	);
	return {
		async receive(...args: unknown[]) {
			try {
				return await receive(...args);
			} catch (error) {
				mockThrown.push(error as Error);
				throw error;
			}
		},
	};
});

afterEach(async () => {
	mockN8n.isV1 = false;
	mockThrown.length = 0;
	await stopAll();
});

const HOOKS = 'okta.eventHooks.manage';
const LOGS = 'okta.logs.read';

/** A trigger with an OAuth credential, not published yet. */
interface Started {
	org: OktaOrg;
	publish(): Promise<void>;
	setCredential(credential: IDataObject): void;
}

/** One of the package's triggers and what it needs from Okta. */
interface Trigger {
	scope: string;
	path: string;
	action: string;
	role: string;
	start(scopes: string): Promise<Started>;
}

async function credentialOf(org: OktaOrg, scopes: string): Promise<IDataObject> {
	const oauthTokenData = { ...(await org.issueTokens(scopes)) } as IDataObject;
	return { url: org.url, clientId: org.client.id, clientSecret: org.client.secret, oauthTokenData };
}

interface StartOptions {
	parameters?: IDataObject;
	orgOptions?: OktaOrgOptions;
}

async function startHookTrigger(
	scopes: string,
	{ parameters = {}, orgOptions = {} }: StartOptions = {},
): Promise<Started & Setup> {
	const setup = await startConnected(orgOptions, { parameters, cleansUp: false });
	setup.engine.setCredential(await credentialOf(setup.org, scopes));
	return { ...setup, ...setup.engine };
}

async function startPollingTrigger(
	scopes: string,
	{ parameters = {}, orgOptions = {} }: StartOptions = {},
): Promise<Started & { engine: PollingEngine }> {
	const { org } = await startConnected(orgOptions);
	const engine = createPollingEngine({ credential: await credentialOf(org, scopes), parameters });
	return { org, engine, publish: engine.activate, setCredential: engine.setCredential };
}

const HOOK_TRIGGER: Trigger = {
	scope: HOOKS,
	path: '/api/v1/eventHooks',
	action: 'manage event hooks',
	role: 'the Super Administrator role or a custom role with the permission to manage event hooks',
	start: startHookTrigger,
};

const POLLING_TRIGGER: Trigger = {
	scope: LOGS,
	path: '/api/v1/logs',
	action: 'read the System Log',
	role: 'an admin role that can view the System Log, e.g. Read-Only Administrator',
	start: startPollingTrigger,
};

const TRIGGERS: Array<[string, Trigger]> = [
	['event hook', HOOK_TRIGGER],
	['polling', POLLING_TRIGGER],
];

const ALL_SCOPES = `${HOOKS} ${LOGS} offline_access`;

/** All scopes except the trigger's. */
function scopesWithout({ scope }: Trigger): string {
	return ALL_SCOPES.replace(`${scope} `, '');
}

/** Calls like "401 GET /api/v1/eventHooks", without IDs, queries, and calls for the org's metadata. */
function outcomesOf(org: OktaOrg): string[] {
	return org
		.requests()
		.filter(({ path }) => !path.startsWith('/.well-known/'))
		.map(({ method, path, status }) => {
			const [endpoint] = path.split('?');
			return `${status} ${method} ${endpoint.replace(/\/who[A-Za-z\d]+/, '/{id}')}`;
		});
}

function isRenewal(outcome: string): boolean {
	return outcome.endsWith('/oauth2/v1/token');
}

function isErrorOrRenewal(outcome: string): boolean {
	return outcome.startsWith('4') || isRenewal(outcome);
}

const N8N_VERSIONS: Array<[string, boolean]> = [
	['n8n 2', false],
	['n8n 1', true],
];

const FILTER = "event.outcome.result eq 'FAILURE'";

/** An event hook in the org that n8n didn't create. */
function otherHook(uri: string): EventHookInput {
	return {
		name: 'Other',
		description: null,
		events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
		channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
	};
}

describe.each(TRIGGERS)("A connection without the %s trigger's scope", (_name, trigger) => {
	const { scope, path } = trigger;
	const TEXT = new RegExp(
		`^The access token doesn't include the scope '${scope}'.* 'Okta API Scopes' .* credential 'Okta account' .*'Custom Scopes'.*'Enabled Scopes' includes ${scope}.* connect it again.*\\(.*insufficient_scope\\)$`,
	);

	it('is reported without requesting a new token', async () => {
		const { org, publish } = await trigger.start(scopesWithout(trigger));
		const { message, failure } = await rejectionOf(publish());

		expect(message).toMatch(TEXT);
		expect(failure).toEqual({ cause: 'credential-invalid' });
		expect(outcomesOf(org)).toEqual([`403 GET ${path}`]);
		expect(org.hooks()).toEqual([]);
	});

	it.each(N8N_VERSIONS)('is also reported after the token was renewed, in %s', async (_, isV1) => {
		mockN8n.isV1 = isV1;
		const { org, publish } = await trigger.start(scopesWithout(trigger));
		org.expireAccessTokens();
		const { message, failure } = await rejectionOf(publish());

		expect(message).toMatch(TEXT);
		expect(failure).toEqual({ cause: 'credential-invalid' });
		expect(outcomesOf(org).filter(isRenewal)).toEqual(['200 POST /oauth2/v1/token']);
		expect(org.hooks()).toEqual([]);
	});

	it('works once it is connected again with that scope', async () => {
		const { org, publish, setCredential } = await trigger.start(scopesWithout(trigger));
		await rejectionOf(publish());
		setCredential(await credentialOf(org, ALL_SCOPES));
		await publish();

		expect(outcomesOf(org)).toContain(`200 GET ${path}`);
	});
});

describe('A published event hook trigger whose credential was reconnected without the scope', () => {
	it('reports that in one failed execution and when it is unpublished', async () => {
		const { org, engine, poll } = await startWatched();
		const [{ id }] = org.hooks();
		engine.setCredential(await credentialOf(org, `${LOGS} offline_access`));
		await poll(6);

		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/^The credential 'Okta account' no longer works, so .* the scope 'okta\.eventHooks\.manage'.*'Custom Scopes'/,
			),
		]);
		expect((await rejectionOf(engine.unpublish())).message).toMatch(
			new RegExp(`^Event hook ${id} is still in Okta\\. .* the scope 'okta\\.eventHooks\\.manage'`),
		);
		// One for each poll and one for unpublishing.
		expect(outcomesOf(org)).toEqual(Array(7).fill('403 GET /api/v1/eventHooks'));
	});
});

describe.each(TRIGGERS)(
	'An access token of the %s trigger that Okta no longer accepts',
	(_name, trigger) => {
		const { path } = trigger;
		/** n8n renews the token only on an error, so the node repeats the call to get that error. */
		const RENEWAL = [
			`401 GET ${path}`,
			`401 GET ${path}`,
			'200 POST /oauth2/v1/token',
			`200 GET ${path}`,
		];

		it.each(N8N_VERSIONS)('is renewed silently, in %s', async (_, isV1) => {
			mockN8n.isV1 = isV1;
			const { org, publish } = await trigger.start(ALL_SCOPES);
			org.expireAccessTokens();
			await publish();

			const outcomes = outcomesOf(org);
			expect(outcomes.slice(0, RENEWAL.length)).toEqual(RENEWAL);
			expect(outcomes.slice(RENEWAL.length).filter(isErrorOrRenewal)).toEqual([]);
		});

		it('requires connecting again if the refresh token is revoked, too', async () => {
			const { org, publish } = await trigger.start(ALL_SCOPES);
			org.expireAccessTokens();
			org.revokeRefreshTokens();
			const { message, failure } = await rejectionOf(publish());

			expect(message).toMatch(
				/^The connection to Okta has expired .*credential 'Okta account' in n8n and connect it again/,
			);
			expect(failure).toEqual({ cause: 'credential-invalid' });
			expect(outcomesOf(org).slice(0, 3)).toEqual([
				...RENEWAL.slice(0, 2),
				'400 POST /oauth2/v1/token',
			]);
		});

		it.each([
			['n8n 2', false, /^Okta doesn't recognize this client ID or secret\. .*invalid_client/],
			[
				'n8n 1',
				true,
				/^Okta didn't renew the connection \(HTTP 400\)\. .*app integration is active/,
			],
		])('is reported if Okta no longer knows the app integration, in %s', async (_, isV1, text) => {
			mockN8n.isV1 = isV1;
			const { org, publish } = await trigger.start(ALL_SCOPES);
			org.expireAccessTokens();
			const body = { errorCode: 'invalid_client', errorSummary: 'Unknown client_id.' };
			org.faults.addFault({ path: '/oauth2/v1/token', status: 400, body });
			const { message, failure } = await rejectionOf(publish());

			expect(message).toMatch(text);
			expect(message).toContain('connect it again');
			expect(failure).toEqual({ cause: 'credential-invalid' });
			expect(outcomesOf(org).filter((call) => call.startsWith('4'))).toEqual([
				...RENEWAL.slice(0, 2),
				'400 POST /oauth2/v1/token',
			]);
		});

		it.each(N8N_VERSIONS)(
			'requires connecting again if Okta rejects the new token too, in %s',
			async (_, isV1) => {
				mockN8n.isV1 = isV1;
				const { org, publish } = await trigger.start(ALL_SCOPES);
				const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
				org.faults.addFault({ path, status: 401, headers });
				const { message, failure } = await rejectionOf(publish());

				expect(message).toMatch(
					/^Okta no longer accepts this connection\. .*credential 'Okta account' in n8n and connect it again/,
				);
				expect(failure).toEqual({ cause: 'credential-invalid' });
			},
		);
	},
);

describe.each(TRIGGERS)('A missing admin role for the %s trigger', (_name, trigger) => {
	it('is reported without requesting a new token', async () => {
		const { org, publish } = await trigger.start(ALL_SCOPES);
		org.setAdminRights(false);
		const { message, failure } = await rejectionOf(publish());

		expect(message).toMatch(
			new RegExp(
				`^The user who connected the credential 'Okta account' isn't allowed to ${trigger.action}\\. .*assign the user .*${trigger.role}.*\\(.*E0000006, error ID oae\\w+\\)$`,
			),
		);
		expect(message).not.toMatch(/scope|connect it again/);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(outcomesOf(org)).toEqual([`403 GET ${trigger.path}`]);
		expect(org.hooks()).toEqual([]);
	});

	it('is no longer a problem once it is assigned', async () => {
		const { org, publish } = await trigger.start(ALL_SCOPES);
		org.setAdminRights(false);
		await rejectionOf(publish());
		org.setAdminRights(true);
		await publish();

		expect(outcomesOf(org).filter(isRenewal)).toEqual([]);
	});
});

describe('A feature that the org lacks', () => {
	it('is reported by name for a filter, without requesting a new token', async () => {
		const parameters = { options: { filterExpression: FILTER } };
		const { org, publish } = await startHookTrigger(ALL_SCOPES, { parameters });
		const { message, failure } = await rejectionOf(publish());

		expect(message).toMatch(
			/^Your Okta org doesn't support event hook filters.*'Event Hook Filtering'.*Settings > Features.*clear 'Filter Expression' and turn off 'Filter in Okta'.*\(.*E0000015, error ID oae\w+\)$/,
		);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(outcomesOf(org)).toEqual([
			'200 GET /api/v1/eventHooks',
			'401 POST /api/v1/eventHooks',
			'200 GET /api/v1/eventHooks',
		]);
		expect(org.hooks()).toEqual([]);
	});

	it.each(TRIGGERS)('is reported for any other call of the %s trigger', async (_, trigger) => {
		const { org, publish } = await trigger.start(ALL_SCOPES);
		const body = { errorCode: 'E0000015', errorSummary: 'No such feature' };
		org.faults.addFault({ path: trigger.path, status: 401, body });
		const { message, failure } = await rejectionOf(publish());

		expect(message).toMatch(
			new RegExp(
				`^Your Okta org doesn't have a feature that n8n needs to ${trigger.action}\\. .*Settings > Features.*\\(No such feature, E0000015\\)$`,
			),
		);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(outcomesOf(org)).toEqual([`401 GET ${trigger.path}`]);
	});
});

describe('An exhausted rate limit', () => {
	it('for event hooks is reported with its reset time, after which publishing works', async () => {
		const clock = startClock();
		// Just enough calls to publish.
		const { org, publish } = await startHookTrigger(ALL_SCOPES, {
			orgOptions: { now: () => Date.now(), rateLimits: { [HOOK_TRIGGER.path]: 3 } },
		});
		await publish();
		org.clearRequests();
		const { message, failure } = await rejectionOf(publish());
		const { resetsAtEpochMs = 0 } = failure as { resetsAtEpochMs?: number };

		expect(message).toMatch(/^You've reached Okta's rate limit for event hooks\. .*E0000047/);
		expect(message).toContain(`Try again after ${new Date(resetsAtEpochMs).toISOString()}.`);
		expect(failure?.cause).toBe('rate-limited');
		expect(outcomesOf(org)).toEqual(['429 GET /api/v1/eventHooks']);

		clock.pass(resetsAtEpochMs - Date.now());
		await publish();
	});

	it('during publishing is reported along with the hook that may be left', async () => {
		const clock = startClock();
		const { org, publish } = await startHookTrigger(ALL_SCOPES, {
			orgOptions: { now: () => Date.now(), rateLimits: { [HOOK_TRIGGER.path]: 2 } },
		});
		const { message, failure } = await rejectionOf(publish());
		const [{ id }] = org.hooks();

		expect(message).toMatch(
			/^You've reached Okta's rate limit for event hooks\. Try again after 20/,
		);
		expect(message).toContain(`Event hook ${id} may still be in Okta.`);
		expect(failure?.cause).toBe('rate-limited');

		clock.pass(61_000);
		org.clearRequests();
		await rejectionOf(publish());
		expect(outcomesOf(org)[1]).toBe('200 PUT /api/v1/eventHooks/{id}');
		expect(org.hooks()).toHaveLength(1);
	});

	it('for the System Log does not affect the event hook trigger', async () => {
		const orgOptions = { rateLimits: { [POLLING_TRIGGER.path]: 0 } };
		const setup = await startHookTrigger(ALL_SCOPES, { orgOptions });
		await setup.publish();

		await expectDelivery(setup);
	});

	it('for the System Log is reported by the polling trigger', async () => {
		const orgOptions = { rateLimits: { [POLLING_TRIGGER.path]: 0 } };
		const { engine, publish } = await startPollingTrigger(ALL_SCOPES, { orgOptions });
		const { message, failure } = await rejectionOf(engine.runManually());

		expect(message).toMatch(
			/^You've reached Okta's rate limit for the System Log\. Try again after 20/,
		);
		expect(failure?.cause).toBe('rate-limited');
		await publish();
		expect(engine.log()).toEqual([
			expect.stringMatching(
				/Couldn't finish reading the System Log, continuing at the next poll: You've reached Okta's rate limit for the System Log/,
			),
		]);
	});

	it('for event hooks does not affect the polling trigger', async () => {
		const orgOptions = { rateLimits: { [HOOK_TRIGGER.path]: 0 } };
		const { org, engine, publish } = await startPollingTrigger(ALL_SCOPES, { orgOptions });
		await publish();
		const { event } = await org.signIn('sms');
		await engine.poll();

		expect(engine.items()).toMatchObject([{ uuid: event.uuid }]);
		expect(engine.log()).toEqual([]);
	});
});

describe('The requested language', () => {
	/** The languages of all calls, except n8n's own calls to renew a user's token. */
	function languagesOf(org: OktaOrg): Array<string | undefined> {
		return org
			.requests()
			.filter(({ grantType }) => grantType !== 'refresh_token')
			.map(({ acceptLanguage }) => acceptLanguage);
	}

	/** Publishes, repairs the hook, renews the token, tests, publishes again, and unpublishes. */
	async function runThroughLifecycle({ org, engine }: Setup): Promise<void> {
		await engine.publish();
		await engine.poll();
		org.console.deactivateHook(org.hooks()[0].id);
		await engine.poll();
		org.expireAccessTokens();
		await engine.poll();
		await engine.startTest();
		await engine.endTest();
		await engine.publish('update');
		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
	}

	it("of each call in an event hook trigger's lifecycle is English", async () => {
		const setup = await startConnected();
		await runThroughLifecycle(setup);

		const paths = new Set(setup.org.requests().map(({ path }) => path.split(/\/who|\?/)[0]));
		expect(paths).toEqual(
			new Set(['/.well-known/okta-organization', '/api/v1/eventHooks', '/oauth2/v1/token']),
		);
		expect(new Set(languagesOf(setup.org))).toEqual(new Set(['en']));
	});

	it('of each call with a service app is English, including token requests', async () => {
		const setup = await startServiceApp();
		await runThroughLifecycle(setup);

		expect(setup.org.requests()).toContainEqual(
			expect.objectContaining({ path: '/oauth2/v1/token', status: 200, acceptLanguage: 'en' }),
		);
		expect(new Set(languagesOf(setup.org))).toEqual(new Set(['en']));
	});

	it('of each call of a polling trigger is English', async () => {
		const { org, engine, publish } = await startPollingTrigger(ALL_SCOPES);
		await publish();
		await org.signIn('sms');
		org.expireAccessTokens();
		await engine.poll();
		await engine.runManually();

		expect(engine.failures()).toEqual([]);
		expect(new Set(languagesOf(org))).toEqual(new Set(['en']));
	});

	it.each<[string, OktaOrgOptions, RegExp]>([
		[
			'25 active hooks with a 400',
			{ hookLimit: 400 },
			/reached its limit of 25 active event hooks/,
		],
		[
			'25 active hooks with a 403',
			{ hookLimit: 403 },
			/reached its limit of 25 active event hooks/,
		],
	])('does not change the error message for a French org: %s', async (_what, options, text) => {
		const { org, publish } = await startHookTrigger(ALL_SCOPES, {
			orgOptions: { language: 'fr', ...options },
		});
		const others = await startHookReceiver();
		for (let count = 0; count < 25; count += 1) {
			const { id } = org.console.createHook(otherHook(`${others.url}/${count}`));
			await org.console.verifyHook(id);
		}
		await others.stop();
		const { message } = await rejectionOf(publish());

		expect(message).toMatch(text);
		expect(org.hooks()).toHaveLength(25);
	});

	it.each<[string, OktaOrgOptions, RegExp]>([
		[
			'no filters with a 401',
			{ featureOff: 401 },
			/doesn't support event hook filters.*'Event Hook Filtering'/,
		],
		[
			'no filters with a 400',
			{ featureOff: 400 },
			/rejected the event hook's filter.*'Event Hook Filt/,
		],
		['an invalid filter', { filterFeature: true }, /rejected the event hook's filter/],
	])('does not change the error message for a French org: %s', async (_what, options, text) => {
		const filterExpression = options.filterFeature ? 'event.outcome is what?' : FILTER;
		const { org, publish } = await startHookTrigger(ALL_SCOPES, {
			parameters: { options: { filterExpression } },
			orgOptions: { language: 'fr', ...options },
		});
		const { message } = await rejectionOf(publish());

		expect(message).toMatch(text);
		expect(org.hooks()).toEqual([]);
	});

	it('does not change the error message for a French org: a name that is taken', async () => {
		const { org, publish } = await startHookTrigger(ALL_SCOPES, {
			parameters: { options: { hookName: 'Lobby' } },
			orgOptions: { language: 'fr', duplicateNames: 'rejected' },
		});
		// Created after n8n listed the hooks.
		org.console.createHook({ ...otherHook('https://elsewhere.example.com/'), name: 'Lobby' });
		org.faults.addFault({ method: 'GET', path: HOOK_TRIGGER.path, body: [], times: 1 });
		const { message } = await rejectionOf(publish());

		expect(message).toMatch(/already has an event hook named 'Lobby'.*'Hook Name'/);
		expect(org.hooks()).toHaveLength(1);
	});
});

const NO_NAMES = /^'Factors' includes 'Other', but 'Other Factors' is empty\. /;

/** Invalid filter parameters and the error message for each. */
const INVALID: Array<[string, IDataObject, RegExp]> = [
	["'Other' without a name", { factors: ['other'] }, NO_NAMES],
	[
		"'Other' alongside other factors",
		{ factors: ['SMS_FACTOR', 'other'], otherFactors: '' },
		NO_NAMES,
	],
	["'Other' with only commas", { factors: ['other'], otherFactors: ' ,\n, ' }, NO_NAMES],
	[
		"'Other' with an expression that returns nothing",
		{ factors: ['other'], otherFactors: '={{ null }}' },
		NO_NAMES,
	],
	["'Other' from an expression", { factors: '={{ ["other"] }}' }, NO_NAMES],
	...['Outcomes', 'Factors', 'Users', 'Ignore Password Verifications'].flatMap((displayName) => {
		const name = displayName.replaceAll(' ', '').replace(/^./, (first) => first.toLowerCase());
		const text = new RegExp(`^The expression in '${displayName}' returns an object`);
		return [
			[`an object in '${displayName}'`, { [name]: '={{ ({ id: "x" }) }}' }, text],
			[`an array of objects in '${displayName}'`, { [name]: '={{ [{ id: "x" }] }}' }, text],
		] as Array<[string, IDataObject, RegExp]>;
	}),
	[
		"an object in 'Other Factors'",
		{ factors: ['other'], otherFactors: '={{ ({ id: "x" }) }}' },
		/^The expression in 'Other Factors' returns an object/,
	],
];

describe('An invalid filter parameter', () => {
	it.each(INVALID)(
		'prevents publishing the event hook trigger: %s',
		async (_, parameters, text) => {
			const { org, publish } = await startHookTrigger(ALL_SCOPES, { parameters });
			const { message, failure } = await rejectionOf(publish());

			expect(message).toMatch(text);
			expect(failure).toEqual({ cause: 'configuration-invalid' });
			expect(writesTo(org)).toEqual([]);
		},
	);

	it.each(INVALID)('prevents polling: %s', async (_, parameters, text) => {
		const { org, engine, publish } = await startPollingTrigger(ALL_SCOPES, { parameters });
		const { message, failure } = await rejectionOf(publish());

		expect(message).toMatch(text);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect((await rejectionOf(engine.runManually())).message).toMatch(text);
		expect(outcomesOf(org)).toEqual([]);
	});

	it.each(INVALID)(
		'fails deliveries to a workflow that is already published until it is corrected: %s',
		async (_, parameters, text) => {
			const setup = await startConnected();
			const { org, engine } = setup;
			await engine.publish();
			engine.setParameters(parameters);
			const { deliveries } = await org.signIn('pushApproved');

			// Okta retries once.
			expect(deliveries.map(({ status }) => status)).toEqual([500, 500]);
			expect(mockThrown.map(({ message }) => message)).toEqual([
				expect.stringMatching(text),
				expect.stringMatching(text),
			]);
			expect(engine.executions()).toEqual([]);

			engine.setParameters({});
			await expectDelivery(setup);
		},
	);

	it("does not matter in 'Other Factors' if 'Other' isn't selected", async () => {
		const parameters = { factors: ['OKTA_VERIFY_PUSH'], otherFactors: '={{ ({}) }}' };
		const setup = await startConnected({}, { parameters });
		await setup.engine.publish();

		await expectDelivery(setup);
	});
});

describe('An option of the event hook whose expression returns an object', () => {
	const OBJECT = '={{ ({ id: "x" }) }}';
	const OPTIONS = [
		['Hook Name', { hookName: OBJECT }],
		['Filter Expression', { filterExpression: OBJECT }],
		['Filter in Okta', { filterInOkta: OBJECT }],
	] as const;

	it.each(OPTIONS)('prevents publishing: %s', async (name, options) => {
		const { org, publish } = await startHookTrigger(ALL_SCOPES, { parameters: { options } });
		const { message, failure } = await rejectionOf(publish());

		expect(message).toContain(`The expression in '${name}' returns an object instead of text.`);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(outcomesOf(org)).toEqual([]);
	});

	it.each(OPTIONS)('is reported after n8n restarts: %s', async (name, options) => {
		const { org, engine, poll } = await startWatchable();
		await engine.publish();
		engine.setParameters({ options });
		await engine.restart();
		await poll(6);

		expect(engine.failures()).toEqual([
			expect.stringContaining(`The expression in '${name}' returns an object instead of text.`),
		]);
		await expectDelivery({ org, engine });
	});
});
