import type { EventHookInput, OktaOrg } from '../../lab/okta-org';
import {
	callsTo,
	expectDelivery,
	startWatchable,
	startWatched,
	stopAll,
	until,
	writesTo,
} from './setup';

afterEach(stopAll);

/** Edits the only hook, as in the Okta Admin Console. */
function edit(org: OktaOrg, changesFor: (hook: EventHookInput) => Partial<EventHookInput>): void {
	const [hook] = org.hooks();
	org.console.editHook(hook.id, changesFor(hook));
}

function editConfig(org: OktaOrg, changes: Partial<EventHookInput['channel']['config']>): void {
	edit(org, ({ channel }) => ({
		channel: { ...channel, config: { ...channel.config, ...changes } },
	}));
}

function editSecret(org: OktaOrg): void {
	editConfig(org, { authScheme: { type: 'HEADER', key: 'Authorization', value: 'by hand' } });
}

const EDITS: Array<[string, (org: OktaOrg) => void, string]> = [
	['deactivates it', (org) => org.console.deactivateHook(org.hooks()[0].id), 'it was deactivated'],
	['deletes it', (org) => org.console.deleteHook(org.hooks()[0].id), 'it was missing'],
	[
		'changes its URL',
		(org) => editConfig(org, { uri: 'https://elsewhere.example.com/' }),
		'its URL was changed',
	],
	[
		'changes its event types',
		(org) => edit(org, () => ({ events: { type: 'EVENT_TYPE', items: ['user.session.start'] } })),
		'its event types were changed',
	],
	[
		'adds an event type',
		(org) =>
			edit(org, ({ events }) => ({
				events: { ...events, items: [...events.items, 'user.session.start'] },
			})),
		'its event types were changed',
	],
	['changes its secret', editSecret, "it wasn't verified"],
	[
		'adds a filter',
		(org) =>
			edit(org, ({ events }) => ({
				events: {
					...events,
					filter: {
						type: 'EXPRESSION_LANGUAGE',
						eventFilterMap: [
							{
								event: events.items[0],
								condition: { expression: "event.outcome.result eq 'FAILURE'" },
							},
						],
					},
				},
			})),
		'its filter was changed',
	],
	[
		'changes the header for its secret',
		(org) => editConfig(org, { authScheme: { type: 'HEADER', key: 'X-Secret' } }),
		"it wasn't verified, its authentication header was changed",
	],
	[
		'removes its secret',
		(org) => editConfig(org, { authScheme: undefined }),
		"it wasn't verified, its authentication header was changed",
	],
];

describe('When someone edits the event hook in Okta', () => {
	describe.each(['returned', 'omitted', 'truncated'] as const)(
		'while n8n runs (descriptions %s)',
		(descriptions) => {
			it.each(EDITS)('and %s, n8n repairs it within three polls', async (_, change, difference) => {
				const setup = await startWatched({ descriptions, filterFeature: true });
				const { org, engine, poll } = setup;
				change(org);
				await poll(3);

				await expectDelivery(setup);
				expect(engine.warnings()).toEqual([
					expect.stringMatching(
						new RegExp(`^\\w+ event hook ${org.hooks()[0].id} in Okta.*${difference}\\.$`),
					),
				]);
				expect(engine.failures()).toEqual([]);
			});
		},
	);

	it.each(EDITS)(
		'while n8n is off and %s, n8n repairs it within three polls after it starts',
		async (_, change, difference) => {
			const setup = await startWatched({ filterFeature: true });
			const { org, engine, poll } = setup;
			change(org);
			await engine.restart();
			await poll(3);

			await expectDelivery(setup);
			expect(engine.warnings()).toEqual([expect.stringContaining(difference)]);
		},
	);

	it('n8n repairs it in place and keeps its ID', async () => {
		const { org, poll } = await startWatched();
		const [{ id }] = org.hooks();
		editSecret(org);
		await poll();

		expect(org.hooks()).toMatchObject([{ id, status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
	});

	it.each(['returned', 'omitted'] as const)(
		'n8n detects a changed secret by the time of the change alone (descriptions %s)',
		async (descriptions) => {
			const setup = await startWatched({ descriptions, newSecretEndsVerification: false });
			const { org, engine, poll } = setup;
			editSecret(org);
			await poll();

			await expectDelivery(setup);
			expect(engine.warnings()).toEqual([
				`Repaired event hook ${org.hooks()[0].id} in Okta: it was edited.`,
			]);
		},
	);

	it('n8n checks twice before it creates a missing hook', async () => {
		const { org, poll } = await startWatched();
		org.console.deleteHook(org.hooks()[0].id);
		await poll();
		expect(writesTo(org)).toEqual([]);
		await poll();

		expect(org.hooks()).toHaveLength(1);
	});

	it('n8n restarts that count if the hook reappears in between', async () => {
		const { org, poll } = await startWatched();
		const removeFault = org.faults.addFault({ method: 'GET', path: /eventHooks$/, body: [] });
		await poll();
		removeFault();
		await poll();
		org.faults.addFault({ method: 'GET', path: /eventHooks$/, body: [], times: 1 });
		await poll();

		expect(writesTo(org)).toEqual([]);
	});

	it('n8n deletes a duplicate', async () => {
		const setup = await startWatched();
		const [{ name, description, events, channel }] = setup.org.hooks();
		const { uri } = channel.config;
		const second = setup.org.console.createHook({
			name,
			description,
			events,
			channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
		});
		await setup.poll();

		await expectDelivery(setup);
		expect(setup.engine.warnings()).toEqual([`Deleted unused event hook ${second.id} in Okta.`]);
	});
});

describe('When no one changes anything', () => {
	const ORGS = [
		['an org with the default behavior', {}],
		['an org that leaves descriptions out', { descriptions: 'omitted' }],
		['an org that cuts descriptions', { descriptions: 'truncated' }],
		['an org where a hook with a new secret stays verified', { newSecretEndsVerification: false }],
	] as const;

	it.each(ORGS)('each of twenty polls makes one call and logs nothing: %s', async (_, options) => {
		const { org, engine, poll } = await startWatched(options);
		await poll(20);

		expect(callsTo(org)).toEqual(Array(20).fill('GET /api/v1/eventHooks'));
		expect([engine.log(), engine.failures()]).toEqual([[], []]);
	});

	it.each(ORGS)(
		'starting n8n writes nothing to Okta, and the first poll makes no calls: %s',
		async (_, options) => {
			const { org, engine, poll } = await startWatched(options);
			for (let starts = 0; starts < 3; starts++) {
				await engine.restart();
				await poll(4);
			}

			expect(callsTo(org)).toEqual(Array(9).fill('GET /api/v1/eventHooks'));
			expect([engine.log(), engine.failures()]).toEqual([[], []]);
		},
	);

	it('twenty polls after a repair write nothing', async () => {
		const { org, poll } = await startWatched({ descriptions: 'truncated' });
		org.console.deleteHook(org.hooks()[0].id);
		await poll(2);
		org.clearRequests();
		await poll(20);

		expect(writesTo(org)).toEqual([]);
	});

	it('a hook whose update time keeps changing is verified only twice and never replaced', async () => {
		const setup = await startWatched();
		const { org, engine, poll, clock } = setup;
		for (let changes = 0; changes < 10; changes++) {
			clock.pass(1_000);
			edit(org, () => ({}));
			await poll();
		}

		expect(writesTo(org)).toEqual(Array(2).fill('POST /api/v1/eventHooks/{id}/lifecycle/verify'));
		expect([engine.warnings(), engine.failures()]).toEqual([[], []]);
		await expectDelivery(setup);
	});
});

describe('A workflow that is published or unpublished while the hook is checked', () => {
	it('is not checked before it is published', async () => {
		const { org, poll } = await startWatchable();
		await poll(3);

		expect(callsTo(org)).toEqual([]);
	});

	it('gets exactly one hook if n8n polls while it is being published', async () => {
		const setup = await startWatchable();
		await Promise.all([setup.engine.publish(), setup.poll(3)]);

		await expectDelivery(setup);
		expect(writesTo(setup.org)).toHaveLength(2);
	});

	const LIST = 'GET /api/v1/eventHooks';
	const CREATE = 'POST /api/v1/eventHooks';
	const VERIFY = 'POST /api/v1/eventHooks/{id}/lifecycle/verify';
	const REMOVE = [
		'POST /api/v1/eventHooks/{id}/lifecycle/deactivate',
		'DELETE /api/v1/eventHooks/{id}',
	];

	it.each([
		['lists the hooks', LIST, { method: 'GET', path: /eventHooks$/ }, []],
		['creates the hook', CREATE, { method: 'POST', path: /eventHooks$/ }, [CREATE, ...REMOVE]],
		['has it verified', VERIFY, { method: 'POST', path: /verify$/ }, [CREATE, VERIFY, ...REMOVE]],
	])(
		'leaves nothing in Okta if it is unpublished while a check %s',
		async (_, call, match, writes) => {
			const { org, engine, poll } = await startWatched();
			org.console.deleteHook(org.hooks()[0].id);
			await poll();
			org.clearRequests();
			org.faults.addFault({ ...match, delay: 300, times: 1 });
			const check = poll();
			await until(() => callsTo(org).includes(call));
			await Promise.all([check, engine.unpublish()]);

			expect(org.hooks()).toEqual([]);
			expect(writesTo(org)).toEqual(writes);
			expect([engine.staticData(), engine.failures()]).toEqual([{}, []]);
			org.clearRequests();
			await poll(3);
			expect(callsTo(org)).toEqual([]);
		},
	);

	it('is never checked twice at the same time', async () => {
		const { org, engine, poll } = await startWatched();
		org.console.deleteHook(org.hooks()[0].id);
		await poll();
		org.clearRequests();
		org.faults.addFault({ path: /eventHooks$/, delay: 300 });
		await Promise.all([engine.poll(), engine.poll(), engine.poll()]);

		expect(callsTo(org)).toEqual([
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
	});
});
