/** Nobody has recorded how Okta does some things. The package holds whichever way Okta does them. */
import type { IDataObject } from 'n8n-workflow';

import type { EventHookInput, OktaOrg, OktaOrgOptions } from '../../lab/okta-org';
import { startHookReceiver } from '../../lab/okta-org/receiver';
import { startEngine } from '../../lab/n8n-core/engine';
import type { Engine } from '../../lab/n8n-core/engine-types';
import { refusalOf } from './refusal';
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

/** All that Okta may do in this or that way, the first of which is what the stand-in does untold. */
const UNSETTLED = {
	duplicateNames: ['accepted', 'rejected'],
	deleteOfActive: [400, 403],
	featureOff: [401, 400],
	hookLimit: [400, 403],
	language: ['en', 'fr'],
	descriptions: ['returned', 'omitted', 'truncated'],
	newSecretEndsVerification: [true, false],
} satisfies { [Name in keyof OktaOrgOptions]: Array<OktaOrgOptions[Name]> };

const EACH: Array<[string, OktaOrgOptions]> = [
	...Object.entries(UNSETTLED).flatMap(([name, values]) =>
		values.map((value): [string, OktaOrgOptions] => [`${name}: ${value}`, { [name]: value }]),
	),
	[
		'everything in its last way',
		Object.fromEntries(Object.entries(UNSETTLED).map(([name, values]) => [name, values.at(-1)])),
	],
];

/** An event hook that somebody else has in the org. */
function otherHook(name: string, uri = 'https://elsewhere.example.com/'): EventHookInput {
	return {
		name,
		events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
		channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
	};
}

/** Creates this many event hooks that are active and verified, of somebody else. */
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

/** Edits the channel of the one hook in the org. */
function editConfig(org: OktaOrg, changes: Partial<EventHookInput['channel']['config']>): void {
	const [{ id, channel }] = org.hooks();
	const config = { ...channel.config, ...changes };
	org.console.editHook(id, { channel: { ...channel, config } });
}

/** What somebody may do to the one hook in Okta's console. */
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

describe.each(EACH)('In an org with %s', (_way, options) => {
	it.each(EDITS)(
		'an event hook lives: published, repaired after somebody %s, published again, removed',
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

	it('a hook with a filter lives the same life', async () => {
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

	it('a test in the editor leaves nothing beside the hook', async () => {
		const setup = await startWatched(options);
		const { org, engine, poll } = setup;
		await engine.startTest();
		expect(org.hooks()).toHaveLength(2);
		await engine.endTest();
		await poll();

		await expectDelivery(setup);
		expect([engine.warnings(), engine.failures()]).toEqual([[], []]);
	});

	it('a hook that could not be verified is removed again', async () => {
		const { org, engine } = await startConnected({ deliveryTimeout: 200, ...options });
		org.faults.addFault({ path: /verify$/, status: 400 });
		await refusalOf(engine.publish());

		expect(org.hooks()).toEqual([]);
	});
});

describe.each(UNSETTLED.duplicateNames)(
	'Where the name of another event hook is %s',
	(duplicateNames) => {
		const isRejected = duplicateNames === 'rejected';

		it.each([
			['one that was chosen', { options: { hookName: 'Lobby' } }],
			['the one by default', {}],
		])(
			'a name that is taken is told apart by a mark of the node: %s',
			async (_what, parameters) => {
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
			},
		);

		it('two workflows with one chosen name each have a hook', async () => {
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

		it('two tests in the editor with one chosen name do not disturb each other', async () => {
			const parameters = { options: { hookName: 'MFA' } };
			const { org, engine } = await startConnected({ duplicateNames }, { parameters });
			const neighbor = await startNeighbor(org, parameters);
			for (const each of [engine, neighbor]) await each.startTest();
			expect(org.hooks()).toHaveLength(2);
			for (const each of [engine, neighbor]) await each.endTest();

			expect(org.hooks()).toEqual([]);
		});

		it.each([
			['one that was chosen', { options: { hookName: 'MFA' } }],
			['the one by default', {}],
		])('a name that somebody takes while n8n publishes: %s', async (_what, parameters) => {
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

			expect((await refusalOf(published)).message).toMatch(
				/^Your Okta org already has an event hook named '.*'\. Set a different 'Hook Name' under 'Options'/,
			);
			expect(org.hooks()).toHaveLength(1);
			await engine.publish();
			expect(org.hooks()).toHaveLength(2);
		});
	},
);

describe.each(UNSETTLED.hookLimit)('With 25 active hooks, one more being a %d', (hookLimit) => {
	const TEXT = /25 active event hooks\. .*Workflow > Event Hooks, deactivate one/;

	it('a workflow is not published, and says why', async () => {
		const { org, engine } = await startConnected({ hookLimit });
		await fill(org, 25);

		expect((await refusalOf(engine.publish())).message).toMatch(TEXT);
		expect(org.hooks()).toHaveLength(25);
		expect(engine.staticData()).toEqual({});
	});

	it('a workflow whose hook is one of them is published again, and tested in vain', async () => {
		const { org, engine } = await startConnected({ hookLimit });
		await engine.publish();
		await fill(org, 24);
		await engine.publish('update');
		expect((await refusalOf(engine.startTest())).message).toMatch(TEXT);
		expect(org.hooks()).toHaveLength(25);

		await engine.unpublish();
		expect(org.hooks()).toHaveLength(24);
	});

	it.each([
		['with another secret', {}],
		[
			'as it is, the client secret being too short to derive another',
			{ clientSecret: 'too short' },
		],
	])('a hook that somebody deactivated is repaired once there is room: %s', async (_, client) => {
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
	'Where to delete an active hook is a %d',
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

		it('a hook that somebody activates in between is told of, and deleted at the next try', async () => {
			const { org, engine } = await startConnected({ deleteOfActive });
			await engine.publish();
			const [{ id }] = org.hooks();
			org.clearRequests();
			org.faults.addFault({ method: 'DELETE', path: /who/, delay: 100, times: 1 });
			const refused = refusalOf(engine.unpublish());
			await until(() => callsTo(org).some((call) => call.startsWith('DELETE')));
			org.console.activateHook(id);

			expect((await refused).message).toMatch(
				new RegExp(
					`^Event hook ${id} is still in Okta\\. .*only deletes inactive event hooks, but event hook ${id} is active again`,
				),
			);
			await engine.unpublish();
			expect(org.hooks()).toEqual([]);
		});
	},
);

describe.each(UNSETTLED.featureOff)('Where a filter without the feature is a %d', (featureOff) => {
	const FILTERS: Array<[string, IDataObject]> = [
		["'Filter Expression'", { filterExpression: "event.outcome.result eq 'FAILURE'" }],
		["'Filter in Okta'", { filterInOkta: true }],
	];

	async function startFiltered(options: IDataObject): Promise<Setup> {
		const parameters = { outcomes: ['SUCCESS'], options };
		return await startConnected({ featureOff }, { parameters });
	}

	it.each(FILTERS)(
		'publishing names the feature, and what to do without: %s',
		async (_, options) => {
			const { org, engine } = await startFiltered(options);
			const { message } = await refusalOf(engine.publish());

			expect(message).toMatch(
				/'Event Hook Filtering' .*Settings > Features\. .*clear 'Filter Expression' and turn off 'Filter in Okta'/,
			);
			expect(message).not.toMatch(/connect it again|access token/);
			expect(callsTo(org)).not.toContain('POST /oauth2/v1/token');
			expect(org.hooks()).toEqual([]);
		},
	);

	it.each(FILTERS)('it is published once that is turned off: %s', async (_, options) => {
		const setup = await startFiltered(options);
		await refusalOf(setup.engine.publish());
		setup.engine.setParameters({ outcomes: ['SUCCESS'] });
		await setup.engine.publish();

		await expectDelivery(setup);
	});

	it.each(FILTERS)(
		'a hook is removed with its workflow if a filter that was added is refused: %s',
		async (_, options) => {
			const { org, engine } = await startConnected({ featureOff });
			await engine.publish();
			engine.setParameters({ outcomes: ['SUCCESS'], options });
			await refusalOf(engine.publish('update'));

			expect(org.hooks()).toEqual([]);
		},
	);
});
