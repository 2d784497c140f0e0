/** Some of Okta's behavior isn't documented or recorded. The package must work with every variant. */
import type { IDataObject } from 'n8n-workflow';

import type { EventHookInput, OktaOrg, OktaOrgOptions } from '../../lab/okta-org';
import { startHookReceiver } from '../../lab/okta-org/receiver';
import { startEngine } from '../../lab/n8n-core/engine';
import type { Engine } from '../../lab/n8n-core/engine-types';
import { rejectionOf } from './rejection';
import {
	callsTo,
	expectDelivery,
	startConnected,
	startWatchable,
	startWatched,
	stopAll,
	until,
	writesTo,
} from './setup';
import type { Setup } from './setup';

const started: Array<{ stop(): Promise<void> }> = [];
afterEach(async () => {
	await stopAll();
	await Promise.all(started.splice(0).map(async (service) => await service.stop()));
});

/** The possible variants of each behavior. The stand-in defaults to the first one. */
const UNSETTLED = {
	duplicateNames: ['accepted', 'rejected'],
	deleteOfActive: [400, 403],
	featureOff: [401, 400],
	hookLimit: [400, 403],
	language: ['en', 'fr'],
	descriptions: ['returned', 'omitted', 'truncated'],
	newSecretEndsVerification: [true, false],
	failureEndsVerification: [false, true],
	deactivationEndsVerification: [false, true],
	unsetProperties: ['null', 'omitted'],
} satisfies { [Name in keyof OktaOrgOptions]: Array<OktaOrgOptions[Name]> };

const VARIANTS: Array<[string, OktaOrgOptions]> = [
	...Object.entries(UNSETTLED).flatMap(([name, values]) =>
		values.map((value): [string, OktaOrgOptions] => [`${name}: ${value}`, { [name]: value }]),
	),
	[
		'the last variant of everything',
		Object.fromEntries(Object.entries(UNSETTLED).map(([name, values]) => [name, values.at(-1)])),
	],
];

/** An event hook in the org that n8n didn't create. */
function otherHook(name: string, uri = 'https://elsewhere.example.com/'): EventHookInput {
	return {
		name,
		events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
		channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
	};
}

/** Creates this many active, verified event hooks that aren't n8n's. */
async function fill(org: OktaOrg, count: number): Promise<void> {
	const others = await startHookReceiver();
	started.push(others);
	for (let number = 1; number <= count; number += 1) {
		const { id } = org.console.createHook(otherHook(`Other ${number}`, `${others.url}/${number}`));
		await org.console.verifyHook(id);
	}
}

/** Another workflow in the same n8n, as far as Okta can tell. */
async function startNeighbor(org: OktaOrg, parameters: IDataObject): Promise<Engine> {
	const tokens = await org.issueTokens('okta.eventHooks.manage offline_access');
	const engine = await startEngine({
		credential: { url: org.url, clientId: org.client.id, clientSecret: org.client.secret },
		oauthTokenData: { ...tokens } as IDataObject,
		parameters,
	});
	started.push(engine);
	return engine;
}

/** Edits the channel of the only hook in the org. */
function editConfig(org: OktaOrg, changes: Partial<EventHookInput['channel']['config']>): void {
	const [{ id, channel }] = org.hooks();
	const config = { ...channel.config, ...changes };
	org.console.editHook(id, { channel: { ...channel, config } });
}

/** What someone might do to the only hook in the Okta Admin Console. */
const EDITS: Array<[string, (org: OktaOrg) => void]> = [
	['deactivates it', (org) => org.console.deactivateHook(org.hooks()[0].id)],
	['deletes it', (org) => org.console.deleteHook(org.hooks()[0].id)],
	['moves it', (org) => editConfig(org, { uri: 'https://elsewhere.example.com/' })],
	[
		'changes its secret',
		(org) =>
			editConfig(org, { authScheme: { type: 'HEADER', key: 'authorization', value: 'by hand' } }),
	],
	[
		'changes its event types',
		(org) => {
			const events = { type: 'EVENT_TYPE' as const, items: ['user.session.start'] };
			org.console.editHook(org.hooks()[0].id, { events });
		},
	],
];

describe.each(VARIANTS)('In an org with %s', (_way, options) => {
	it.each(EDITS)(
		'an event hook can be published, repaired after someone %s, published again, and deleted',
		async (_what, edit) => {
			const setup = await startWatchable(options);
			const { org, engine, poll } = setup;
			await engine.publish();
			await expectDelivery(setup);
			await poll(2);
			expect(engine.warnings()).toEqual([]);

			edit(org);
			await poll(3);
			await expectDelivery(setup);
			expect(engine.warnings()).toHaveLength(1);

			await engine.publish('update');
			await expectDelivery(setup);
			await engine.restart();
			await poll(2);
			await expectDelivery(setup);
			expect([engine.warnings().length, engine.failures()]).toEqual([1, []]);

			await engine.unpublish();
			expect(org.hooks()).toEqual([]);
			expect(engine.staticData()).toEqual({});
		},
	);

	it('a hook with a filter can be published, repaired, and deleted', async () => {
		const parameters = { outcomes: ['SUCCESS'], options: { filterInOkta: true } };
		const setup = await startWatchable({ filterFeature: true, ...options }, { parameters });
		const { org, engine, poll } = setup;
		await engine.publish();
		await poll(2);
		const [{ id, events }] = org.hooks();
		expect(events.filter).toMatchObject({ type: 'EXPRESSION_LANGUAGE' });
		org.console.editHook(id, { events: { ...events, filter: null } });
		await poll(2);

		expect(org.hooks()).toMatchObject([{ id, events }]);
		expect(engine.warnings()).toEqual([expect.stringContaining('its filter was changed')]);
		await expectDelivery(setup);
		await engine.unpublish();
		expect(org.hooks()).toEqual([]);
	});

	it('a test in the editor leaves only the published hook', async () => {
		const setup = await startWatched(options);
		const { org, engine, poll } = setup;
		await engine.startTest();
		expect(org.hooks()).toHaveLength(2);
		await engine.endTest();
		await poll();

		await expectDelivery(setup);
		expect([engine.warnings(), engine.failures()]).toEqual([[], []]);
	});

	it('a hook that could not be verified is deleted again', async () => {
		const { org, engine } = await startConnected({ deliveryTimeout: 200, ...options });
		org.faults.addFault({ path: /verify$/, status: 400 });
		await rejectionOf(engine.publish());

		expect(org.hooks()).toEqual([]);
	});
});

describe.each(UNSETTLED.duplicateNames)(
	'If duplicate event hook names are %s',
	(duplicateNames) => {
		const isRejected = duplicateNames === 'rejected';

		it.each([
			['a custom name', { options: { hookName: 'Lobby' } }],
			['the default name', {}],
		])("a name that is taken gets the node's mark appended: %s", async (_what, parameters) => {
			const setup = await startWatchable({ duplicateNames }, { parameters });
			const { org, engine, poll } = setup;
			await engine.publish();
			const [{ name }] = org.hooks();
			await engine.unpublish();
			const other = org.console.createHook(otherHook(name));
			await engine.publish();
			await poll(3);

			const [, own] = org.hooks();
			expect(own.name).toMatch(/^.+ \([\da-f]{8}\)$/);
			expect(own.name.replace(/ \([\da-f]{8}\)$/, '')).toBe(name);
			expect([engine.warnings(), engine.failures()]).toEqual([[], []]);

			org.console.deactivateHook(own.id);
			await poll(2);
			await engine.publish('update');
			await engine.unpublish();
			expect(org.hooks()).toEqual([other]);
		});

		it('two workflows with the same custom name each get a hook', async () => {
			const parameters = { options: { hookName: 'MFA' } };
			const { org, engine } = await startConnected({ duplicateNames }, { parameters });
			const neighbor = await startNeighbor(org, parameters);
			for (const each of [engine, neighbor, engine, neighbor]) await each.publish('update');

			const names = org.hooks().map(({ name }) => name);
			expect(names).toEqual(['MFA', expect.stringMatching(/^MFA \([\da-f]{8}\)$/)]);
			await org.signIn('pushApproved');
			for (const each of [engine, neighbor]) {
				expect(each.items()).toHaveLength(1);
				await each.unpublish();
			}
			expect(org.hooks()).toEqual([]);
		});

		it('two tests in the editor with the same custom name do not affect each other', async () => {
			const parameters = { options: { hookName: 'MFA' } };
			const { org, engine } = await startConnected({ duplicateNames }, { parameters });
			const neighbor = await startNeighbor(org, parameters);
			for (const each of [engine, neighbor]) await each.startTest();
			expect(org.hooks()).toHaveLength(2);
			for (const each of [engine, neighbor]) await each.endTest();

			expect(org.hooks()).toEqual([]);
		});

		it.each([
			['a custom name', { options: { hookName: 'MFA' } }],
			['the default name', {}],
		])('a name can be taken while n8n publishes: %s', async (_what, parameters) => {
			const setup = await startConnected({ duplicateNames }, { parameters, cleansUp: false });
			const { org, engine } = setup;
			await engine.publish();
			const [{ name }] = org.hooks();
			await engine.unpublish();
			org.console.createHook(otherHook(name));
			org.faults.addFault({ method: 'GET', path: '/api/v1/eventHooks', body: [], times: 1 });
			const published = engine.publish();
			if (!isRejected) {
				await published;
				expect(org.hooks()).toHaveLength(2);
				return;
			}

			expect((await rejectionOf(published)).message).toMatch(
				/^Your Okta org already has an event hook named '.*'\. Set a different 'Hook Name' under 'Options'/,
			);
			expect(org.hooks()).toHaveLength(1);
			await engine.publish();
			expect(org.hooks()).toHaveLength(2);
		});
	},
);

describe.each(UNSETTLED.hookLimit)('With 25 active hooks, if one more gets a %d', (hookLimit) => {
	const TEXT = /25 active event hooks\. .*Workflow > Event Hooks, deactivate one/;

	it('publishing a workflow fails and says why', async () => {
		const { org, engine } = await startConnected({ hookLimit });
		await fill(org, 25);

		expect((await rejectionOf(engine.publish())).message).toMatch(TEXT);
		expect(org.hooks()).toHaveLength(25);
		expect(engine.staticData()).toEqual({});
	});

	it('a workflow that has one of them can be published again but not tested', async () => {
		const { org, engine } = await startConnected({ hookLimit });
		await engine.publish();
		await fill(org, 24);
		await engine.publish('update');
		expect((await rejectionOf(engine.startTest())).message).toMatch(TEXT);
		expect(org.hooks()).toHaveLength(25);

		await engine.unpublish();
		expect(org.hooks()).toHaveLength(24);
	});

	it.each([
		['with a new secret', {}],
		[
			'with its old secret, because the client secret is too short to derive a new one',
			{ clientSecret: 'too short' },
		],
	])('a deactivated hook is repaired once there is room: %s', async (_, client) => {
		const { org, engine, poll } = await startWatched({ hookLimit, ...client });
		const [{ id }] = org.hooks();
		org.console.deactivateHook(id);
		await fill(org, 25);
		await poll(4);
		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);

		org.console.deleteHook(org.hooks()[1].id);
		await poll(13);
		expect(org.hooks()[0]).toMatchObject({
			id,
			status: 'ACTIVE',
			verificationStatus: 'VERIFIED',
		});
		await engine.unpublish();
		expect(org.hooks()).toHaveLength(24);
	});
});

describe.each(UNSETTLED.deleteOfActive)(
	'If deleting an active hook gets a %d',
	(deleteOfActive) => {
		it('a hook is deactivated, then deleted', async () => {
			const { org, engine } = await startConnected({ deleteOfActive });
			await engine.publish();
			org.clearRequests();
			await engine.unpublish();

			expect(writesTo(org)).toEqual([
				'POST /api/v1/eventHooks/{id}/lifecycle/deactivate',
				'DELETE /api/v1/eventHooks/{id}',
			]);
			expect(org.hooks()).toEqual([]);
		});

		it('a hook that someone activates in between is reported, then deleted at the next attempt', async () => {
			const { org, engine } = await startConnected({ deleteOfActive });
			await engine.publish();
			const [{ id }] = org.hooks();
			org.clearRequests();
			org.faults.addFault({ method: 'DELETE', path: /who/, delay: 100, times: 1 });
			const failed = rejectionOf(engine.unpublish());
			await until(() => callsTo(org).some((call) => call.startsWith('DELETE')));
			org.console.activateHook(id);

			expect((await failed).message).toMatch(
				new RegExp(
					`^Event hook ${id} is still in Okta\\. .*only deletes inactive event hooks, but event hook ${id} is active again`,
				),
			);
			await engine.unpublish();
			expect(org.hooks()).toEqual([]);
		});
	},
);

describe.each(UNSETTLED.featureOff)(
	'If a filter gets a %d because the feature is off',
	(featureOff) => {
		const FILTERS: Array<[string, IDataObject]> = [
			["'Filter Expression'", { filterExpression: "event.outcome.result eq 'FAILURE'" }],
			["'Filter in Okta'", { filterInOkta: true }],
		];

		async function startFiltered(options: IDataObject): Promise<Setup> {
			const parameters = { outcomes: ['SUCCESS'], options };
			return await startConnected({ featureOff }, { parameters });
		}

		it.each(FILTERS)(
			'publishing names the feature and what to do without it: %s',
			async (_, options) => {
				const { org, engine } = await startFiltered(options);
				const { message } = await rejectionOf(engine.publish());

				expect(message).toMatch(
					/'Event Hook Filtering' .*Settings > Features\. .*clear 'Filter Expression' and turn off 'Filter in Okta'/,
				);
				expect(message).not.toMatch(/connect it again|access token/);
				expect(callsTo(org)).not.toContain('POST /oauth2/v1/token');
				expect(org.hooks()).toEqual([]);
			},
		);

		it.each(FILTERS)('publishing works once the filter is turned off: %s', async (_, options) => {
			const setup = await startFiltered(options);
			await rejectionOf(setup.engine.publish());
			setup.engine.setParameters({ outcomes: ['SUCCESS'] });
			await setup.engine.publish();

			await expectDelivery(setup);
		});

		it.each(FILTERS)(
			'the existing hook is deleted if publishing with a new filter fails: %s',
			async (_, options) => {
				const { org, engine } = await startConnected({ featureOff });
				await engine.publish();
				engine.setParameters({ outcomes: ['SUCCESS'], options });
				await rejectionOf(engine.publish('update'));

				expect(org.hooks()).toEqual([]);
			},
		);
	},
);
