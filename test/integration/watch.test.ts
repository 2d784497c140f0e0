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

/** Edits the one hook in Okta's console. */
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
		'changes the header that carries its secret',
		(org) => editConfig(org, { authScheme: { type: 'HEADER', key: 'X-Secret' } }),
		"it wasn't verified, its authentication header was changed",
	],
	[
		'removes its secret',
		(org) => editConfig(org, { authScheme: undefined }),
		"it wasn't verified, its authentication header was changed",
	],
];

describe('When somebody edits the event hook in Okta', () => {
	describe.each(['returned', 'omitted', 'truncated'] as const)(
		'while n8n runs, descriptions being %s',
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
		'while n8n is stopped, and %s, n8n repairs it within three polls of its start',
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

	it('repairs it in place, so that Okta keeps its id', async () => {
		const { org, poll } = await startWatched();
		const [{ id }] = org.hooks();
		editSecret(org);
		await poll();

		expect(org.hooks()).toMatchObject([{ id, status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
	});

	it.each(['returned', 'omitted'] as const)(
		'notices another secret by the time of the change alone, descriptions being %s',
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

	it('looks a second time before it creates one that is missing', async () => {
		const { org, poll } = await startWatched();
		org.console.deleteHook(org.hooks()[0].id);
		await poll();
		expect(writesTo(org)).toEqual([]);
		await poll();

		expect(org.hooks()).toHaveLength(1);
	});

	it('begins to count anew if it is there again in between', async () => {
		const { org, poll } = await startWatched();
		const removeFault = org.faults.addFault({ method: 'GET', path: /eventHooks$/, body: [] });
		await poll();
		removeFault();
		await poll();
		org.faults.addFault({ method: 'GET', path: /eventHooks$/, body: [], times: 1 });
		await poll();

		expect(writesTo(org)).toEqual([]);
	});

	it('removes the surplus if there are two', async () => {
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

describe('When nobody changes anything', () => {
	const ORGS = [
		['as Okta is known', {}],
		['leaves descriptions out', { descriptions: 'omitted' }],
		['cuts descriptions', { descriptions: 'truncated' }],
		['keeps a hook verified that gets a new secret', { newSecretEndsVerification: false }],
	] as const;

	it.each(ORGS)(
		'twenty polls are one call each, and no line in the log: %s',
		async (_, options) => {
			const { org, engine, poll } = await startWatched(options);
			await poll(20);

			expect(callsTo(org)).toEqual(Array(20).fill('GET /api/v1/eventHooks'));
			expect([engine.log(), engine.failures()]).toEqual([[], []]);
		},
	);

	it.each(ORGS)(
		'no start of n8n writes anything, and its first poll asks nothing: %s',
		async (_, o) => {
			const { org, engine, poll } = await startWatched(o);
			for (let starts = 0; starts < 3; starts++) {
				await engine.restart();
				await poll(4);
			}

			expect(callsTo(org)).toEqual(Array(9).fill('GET /api/v1/eventHooks'));
			expect([engine.log(), engine.failures()]).toEqual([[], []]);
		},
	);

	it('twenty polls write nothing after a repair either', async () => {
		const { org, poll } = await startWatched({ descriptions: 'truncated' });
		org.console.deleteHook(org.hooks()[0].id);
		await poll(2);
		org.clearRequests();
		await poll(20);

		expect(writesTo(org)).toEqual([]);
	});

	it('a hook whose time of change moves by itself is verified twice, not for ever, and not replaced', async () => {
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
	it('has no check before it is published', async () => {
		const { org, poll } = await startWatchable();
		await poll(3);

		expect(callsTo(org)).toEqual([]);
	});

	it('gets exactly one hook, though n8n polls beside its publishing', async () => {
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
		['asks for the hooks', LIST, { method: 'GET', path: /eventHooks$/ }, []],
		['creates the hook', CREATE, { method: 'POST', path: /eventHooks$/ }, [CREATE, ...REMOVE]],
		['has it verified', VERIFY, { method: 'POST', path: /verify$/ }, [CREATE, VERIFY, ...REMOVE]],
	])('leaves nothing in Okta, unpublished while a check %s', async (_, call, match, writes) => {
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
	});

	it('is checked once at a time', async () => {
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
