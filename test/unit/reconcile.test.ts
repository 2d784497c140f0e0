import { isDelivering, reconcile } from '../../nodes/shared/eventHooks/reconcile';
import type { PlanInput, Probe } from '../../nodes/shared/eventHooks/reconcile';
import type { EventHook } from '../../nodes/shared/okta/types';
import {
	eventHook,
	hookSpec,
	markedBy,
	OTHER_OWNER,
	OWNER,
	TEST_URL,
	WEBHOOK_URL,
} from './fixtures/hooks';
import {
	hookElsewhere,
	HOUR,
	INACTIVE,
	known,
	MINUTE,
	NOW,
	OPERATIONS,
	outline,
	planFor,
	planInput,
	testHook,
	UNVERIFIED,
} from './fixtures/reconcile';
import type { Outline } from './fixtures/reconcile';

describe('Okta delivers events to a hook', () => {
	it('that is active and verified', () => {
		expect(isDelivering(eventHook())).toBe(true);
	});

	it.each([
		['INACTIVE', 'VERIFIED'],
		['ACTIVE', 'UNVERIFIED'],
		['INACTIVE', 'UNVERIFIED'],
		['active', 'verified'],
		['undefined', 'undefined'],
	])('but not to one that is %s and %s', (status, verificationStatus) => {
		expect(isDelivering(eventHook({ status, verificationStatus }))).toBe(false);
	});
});

describe('A hook belongs to the node', () => {
	it.each<[string, EventHook]>([
		['at its address with its mark', eventHook()],
		['at its address without a description, because an org may not return it', hookAt('')],
		['at its address with a description that Okta cut', hookAt(markedBy(OWNER).slice(0, -3))],
		['at its address with a description that a user wrote', hookAt('Please keep')],
		['at its address when it is inactive', eventHook(INACTIVE)],
		['at its address when it is unverified', eventHook(UNVERIFIED)],
		['at its address with the mark of a test', hookAt(markedBy(OWNER, { isTest: true }))],
		['with its mark at another address, inactive', hookElsewhere(INACTIVE)],
		['with its mark at another address, unverified', hookElsewhere(UNVERIFIED)],
	])('%s', (_where, hook) => {
		const id = [hook.id];
		expect(planFor({ operation: 'unpublish', hooks: [hook] })).toEqual(outline({ remove: id }));
		const published = planFor({ operation: 'publish', hooks: [hook] });
		expect(published).toEqual(outline({ action: `replace ${hook.id}` }));
	});

	it('if n8n remembers its ID, even if a user changed its address and Okta returns no description', () => {
		const hook = hookElsewhere({ description: '', ...INACTIVE });
		const plan = planFor({ operation: 'unpublish', hooks: [hook], knownId: 'away' });
		expect(plan).toEqual(outline({ remove: ['away'] }));
	});

	function hookAt(description: string): EventHook {
		return eventHook({ description });
	}
});

describe('A hook belongs to someone else', () => {
	const otherMark = { description: markedBy(OTHER_OWNER) };
	const othersHooks: Array<[string, EventHook]> = [
		['at our address with the mark of another owner', eventHook({ id: 'away', ...otherMark })],
		['at another address with the mark of another owner', hookElsewhere(otherMark)],
		['with the mark of another owner, inactive', hookElsewhere({ ...otherMark, ...INACTIVE })],
		['at another address without a mark', hookElsewhere({ description: '' })],
		['without a mark, inactive', hookElsewhere({ description: '', ...INACTIVE })],
		[
			'at our address with an additional slash',
			hookElsewhere({ uri: `${WEBHOOK_URL}/`, description: '' }),
		],
		['of another node’s test', testHook(HOUR, { description: markedBy('x', { isTest: true }) })],
	];

	it.each(othersHooks)('%s: publishing leaves it alone', (_what, hook) => {
		const plan = planFor({ operation: 'publish', hooks: [hook], probes: known('none') });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it.each(othersHooks)('%s: a watch leaves it alone', (_what, hook) => {
		const plan = planFor({ hooks: [hook], checksWithoutHook: 1 });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it.each(othersHooks)('%s: unpublishing leaves it alone', (_what, hook) => {
		expect(planFor({ operation: 'unpublish', hooks: [hook] })).toEqual(outline({}));
	});

	it('even if n8n remembers its ID, because another owner has taken it over', () => {
		const hook = hookElsewhere({ ...otherMark, ...INACTIVE });
		const plan = planFor({ operation: 'unpublish', hooks: [hook], knownId: 'away' });
		expect(plan).toEqual(outline({}));
	});
});

describe('A delivering hook with our mark at another address', () => {
	it.each(OPERATIONS)('is probed before anything else happens: %s', (operation) => {
		const hooks = [eventHook(INACTIVE), hookElsewhere(), testHook(HOUR)];
		expect(planFor({ operation, hooks })).toEqual(outline({ probe: ['away'] }));
	});

	it.each(OPERATIONS)('is probed if only its ID shows that it’s ours: %s', (operation) => {
		const hooks = [hookElsewhere({ description: '' })];
		const plan = planFor({ operation, hooks, knownId: 'away' });
		expect(plan).toEqual(outline({ probe: ['away'] }));
	});

	it('isn’t probed if it doesn’t deliver', () => {
		for (const state of [INACTIVE, UNVERIFIED]) {
			const hooks = [eventHook(), hookElsewhere(state)];
			expect(planFor({ operation: 'watch', hooks }).probe).toEqual([]);
		}
	});

	it('is probed even if other hooks have been probed already', () => {
		const hooks = [hookElsewhere(), hookElsewhere({ id: 'new' })];
		const plan = planFor({ hooks, probes: known('other') });
		expect(plan).toEqual(outline({ probe: ['new'] }));
	});

	it('isn’t probed or changed by a test in the editor', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		for (const hook of [eventHook(), eventHook(INACTIVE), hookElsewhere()]) {
			const context = { spec, hooks: [hook], knownId: hook.id };
			const published = planFor({ operation: 'publish', ...context });
			expect(published).toEqual(outline({ action: 'create' }));
			expect(planFor({ operation: 'unpublish', ...context })).toEqual(outline({}));
		}
	});

	it.each<[Probe['responder'], number, boolean]>([
		['none', HOUR - 1, false],
		['none', HOUR, true],
		['other', 24 * HOUR - 1, false],
		['other', 24 * HOUR, true],
		['self', 48 * HOUR, false],
	])(
		'with the responder %s is probed again by a watch %i ms later: %s',
		(responder, ms, isProbed) => {
			const probes = known(responder, { probedAt: NOW - ms });
			const plan = planFor({ hooks: [eventHook(), hookElsewhere()], probes });
			expect(plan.probe).toEqual(isProbed ? ['away'] : []);
		},
	);

	it.each(['publish', 'unpublish'] as const)('is probed only once: %s', (operation) => {
		const probes = known('none', { probedAt: NOW - 48 * HOUR });
		expect(planFor({ operation, hooks: [hookElsewhere()], probes }).probe).toEqual([]);
	});
});

describe('Publishing', () => {
	const publish = (changes: Partial<PlanInput>) => planFor({ operation: 'publish', ...changes });

	it('creates the hook if there is none', () => {
		expect(publish({})).toEqual(outline({ action: 'create' }));
	});

	it('gives the hook a new secret even if everything is in order', () => {
		const hook = eventHook();
		const plan = publish({ hooks: [hook], knownId: 'who1', lastWrite: hook });
		expect(plan).toEqual(outline({ action: 'replace who1' }));
	});

	it('returns the hook as it is in Okta', () => {
		const hook = eventHook();
		const { action } = reconcile(planInput({ operation: 'publish', hooks: [hook] }));
		expect(action).toEqual({ do: 'replace', hook });
	});

	it('ignores that repairs are off, because that only applies to automatic changes', () => {
		const spec = hookSpec({ repairsHook: false });
		const hooks = [eventHook(), hookElsewhere(INACTIVE)];
		const plan = publish({ spec, hooks });
		expect(plan).toEqual(outline({ action: 'replace who1', remove: ['away'] }));
	});

	it('keeps one hook and deletes duplicates', () => {
		const hooks = [eventHook({ id: 'a' }), eventHook({ id: 'b' }), eventHook({ id: 'c' })];
		expect(publish({ hooks })).toEqual(outline({ action: 'replace a', remove: ['b', 'c'] }));
	});

	it.each<[string, Probe['responder'], Outline]>([
		[
			'takes over a hook elsewhere whose requests arrive here',
			'self',
			outline({ action: 'replace away' }),
		],
		['takes over a hook that no one responds to', 'none', outline({ action: 'replace away' })],
		[
			'leaves a hook that someone responds to and creates its own',
			'other',
			outline({ action: 'create' }),
		],
	])('%s', (_what, responder, expected) => {
		expect(publish({ hooks: [hookElsewhere()], probes: known(responder) })).toEqual(expected);
	});

	it('takes over an inactive hook elsewhere, whoever responded there before', () => {
		const hooks = [hookElsewhere(INACTIVE)];
		const plan = publish({ hooks, probes: known('other') });
		expect(plan).toEqual(outline({ action: 'replace away' }));
	});

	it('prefers the hook at our address and deletes the one that no one responds to', () => {
		const hooks = [hookElsewhere(), eventHook(INACTIVE)];
		const plan = publish({ hooks, probes: known('none') });
		expect(plan).toEqual(outline({ action: 'replace who1', remove: ['away'] }));
	});
});

describe('Unpublishing', () => {
	it('deletes all of our hooks and none that someone else responds to', () => {
		const hooks = [
			eventHook({ id: 'ours' }),
			eventHook({ id: 'duplicate', ...INACTIVE }),
			hookElsewhere(),
			hookElsewhere({ id: 'idle', ...UNVERIFIED }),
			testHook(HOUR),
			eventHook({ id: 'others', description: markedBy(OTHER_OWNER) }),
		];
		const plan = planFor({ operation: 'unpublish', hooks, probes: known('other') });
		expect(plan).toEqual(outline({ remove: ['ours', 'duplicate', 'idle', 'test'] }));
	});

	it.each<[Probe['responder'], string[]]>([
		['self', ['away']],
		['none', ['away']],
		['other', []],
	])('deletes a hook elsewhere depending on who responds to it: %s', (responder, remove) => {
		const plan = planFor({
			operation: 'unpublish',
			hooks: [hookElsewhere()],
			probes: known(responder),
		});
		expect(plan).toEqual(outline({ remove }));
	});

	it('deletes everything even with repairs off', () => {
		const spec = hookSpec({ repairsHook: false });
		const hooks = [eventHook(), hookElsewhere(INACTIVE), testHook(HOUR)];
		const plan = planFor({ operation: 'unpublish', spec, hooks });
		expect(plan).toEqual(outline({ remove: ['who1', 'away', 'test'] }));
		const unknown = planFor({ operation: 'unpublish', spec, hooks: [hookElsewhere()] });
		expect(unknown).toEqual(outline({ probe: ['away'] }));
	});

	it('does nothing if nothing is left', () => {
		expect(planFor({ operation: 'unpublish', checksWithoutHook: 1 })).toEqual(outline({}));
	});
});

describe('The order of preference among hooks at our address', () => {
	const first = eventHook({ id: 'first' });
	const second = eventHook({ id: 'second' });
	const idle = eventHook({ id: 'idle', ...INACTIVE });

	it.each<[string, Partial<PlanInput>, string[]]>([
		[
			'the hook that n8n remembers comes first',
			{ hooks: [first, second], knownId: 'second' },
			['second', 'first'],
		],
		[
			'the hook that n8n remembers comes first even if it is inactive',
			{ hooks: [first, idle], knownId: 'idle' },
			['idle', 'first'],
		],
		['a delivering hook comes before an inactive one', { hooks: [idle, first] }, ['first', 'idle']],
		['equal hooks stay in Okta’s order', { hooks: [second, first] }, ['second', 'first']],
		[
			'all three ranks are applied together',
			{ hooks: [idle, second, first], knownId: 'first' },
			['first', 'second', 'idle'],
		],
	])('%s', (_what, changes, expected) => {
		const plan = planFor({ operation: 'unpublish', ...changes });
		expect(plan.remove).toEqual(expected);
		const published = planFor({ operation: 'publish', ...changes });
		expect([published.action, published.remove]).toEqual([
			`replace ${expected[0]}`,
			expected.slice(1),
		]);
	});
});

describe('A test hook', () => {
	const TEN_MINUTES = 10 * MINUTE;
	const FAR_TEST_URL = 'https://staging.example.com/webhook-test/mfa/webhook';
	const far = { uri: FAR_TEST_URL };

	it.each<[string, EventHook, boolean, boolean]>([
		['of a test that ended here', testHook(MINUTE), false, true],
		['of a test that is running', testHook(MINUTE), true, false],
		['of a running test, after ten minutes', testHook(TEN_MINUTES), true, false],
		['that is older than a test can last', testHook(TEN_MINUTES + 1), true, true],
		['of a recent test elsewhere', testHook(MINUTE, far), false, false],
		['of a test elsewhere, after ten minutes', testHook(TEN_MINUTES, far), false, false],
		['of an old test elsewhere', testHook(TEN_MINUTES + 1, far), false, true],
		['elsewhere without a creation time', testHook(0, { ...far, created: '' }), false, false],
		['here without a creation time', testHook(0, { created: '' }), false, true],
		['whose URL can’t be read', testHook(MINUTE, { uri: 'undefined' }), false, false],
		['that is inactive, elsewhere', testHook(MINUTE, { ...far, ...INACTIVE }), false, false],
	])('%s', (_what, hook, isTestRunning, isRemoved) => {
		const remove = isRemoved ? ['test'] : [];
		for (const operation of ['watch', 'unpublish'] as const) {
			const plan = planFor({ operation, hooks: [eventHook({ id: 'ours' }), hook], isTestRunning });
			expect(plan.remove.filter((id) => id !== 'ours')).toEqual(remove);
			expect(plan.probe).toEqual([]);
		}
		const published = planFor({ operation: 'publish', hooks: [hook], isTestRunning });
		expect(published).toEqual(outline({ action: 'create', remove }));
	});

	it('is never mistaken for the published hook, even if n8n remembers its ID', () => {
		const hooks = [testHook(MINUTE, far)];
		const plan = planFor({ hooks, knownId: 'test', checksWithoutHook: 1 });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it('is deleted when another test of the node starts at another address of this n8n', () => {
		const spec = hookSpec({ isTest: true, uri: `${TEST_URL}/2` });
		const plan = planFor({
			operation: 'publish',
			spec,
			hooks: [testHook(MINUTE)],
			isTestRunning: true,
		});
		expect(plan).toEqual(outline({ action: 'create', remove: ['test'] }));
	});

	it('is left alone when a test starts in a copy of this n8n', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		const hooks = [testHook(MINUTE, far)];
		const plan = planFor({ operation: 'publish', spec, hooks, isTestRunning: true });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it('is taken over by a test at the same address', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		const hooks = [testHook(MINUTE), testHook(HOUR, { ...far, id: 'old' })];
		const plan = planFor({ operation: 'publish', spec, hooks, isTestRunning: true });
		expect(plan).toEqual(outline({ action: 'replace test', remove: ['old'] }));
	});

	it('is deleted when its test ends, and the published hook stays', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		const hooks = [eventHook(), testHook(MINUTE)];
		const plan = planFor({ operation: 'unpublish', spec, hooks });
		expect(plan).toEqual(outline({ remove: ['test'] }));
	});
});
