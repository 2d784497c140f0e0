import { isDelivering, reconcile } from '../../nodes/shared/eventHooks/reconcile';
import type { Elsewhere, Situation } from '../../nodes/shared/eventHooks/reconcile';
import type { EventHook } from '../../nodes/shared/okta/types';
import { EVENT_TYPE } from './fixtures/events';
import {
	CONDITION,
	eventHook,
	hookSpec,
	markedBy,
	OTHER_OWNER,
	OTHER_URL,
	OWNER,
	TEST_URL,
	WEBHOOK_URL,
} from './fixtures/hooks';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const OCCASIONS = ['publish', 'watch', 'unpublish'] as const;

/** A first watch of a node that has nothing in Okta; `changes` replace whole keys. */
function situation(changes: Partial<Situation> = {}): Situation {
	return {
		occasion: 'watch',
		spec: hookSpec(),
		hooks: [],
		knownId: undefined,
		lastWrite: undefined,
		elsewhere: new Map(),
		isSecretCurrent: () => true,
		canDerive: true,
		missedBefore: 0,
		isTestRunning: false,
		now: NOW,
		...changes,
	};
}

/** A plan in short: hooks by their ids, the action in words. */
interface Outline {
	ask: string[];
	action: string;
	differences: string[];
	remove: string[];
}

const idsOf = (hooks: readonly EventHook[]) => hooks.map(({ id }) => id);

function planFor(changes: Partial<Situation>): Outline {
	const { ask, action, differences, remove } = reconcile(situation(changes));
	const words = [
		action.do,
		'hook' in action ? action.hook?.id : undefined,
		'why' in action ? `(${action.why})` : undefined,
	];
	return {
		ask: idsOf(ask),
		action: words.filter(Boolean).join(' '),
		differences,
		remove: idsOf(remove),
	};
}

/** The outline of a plan that does nothing, with what it does after all. */
function outline(changes: Partial<Outline>): Outline {
	return { ask: [], action: 'nothing', differences: [], remove: [], ...changes };
}

/** A hook with our mark at another address. */
function hookElsewhere(changes: Partial<EventHook> = {}): EventHook {
	return eventHook({ id: 'away', uri: OTHER_URL, ...changes });
}

/** A hook of a test in the editor, created so many ms ago. */
function testHook(age: number, changes: Partial<EventHook> = {}): EventHook {
	return eventHook({
		id: 'test',
		uri: TEST_URL,
		description: markedBy(OWNER, { isTest: true }),
		created: new Date(NOW - age).toISOString(),
		...changes,
	});
}

const INACTIVE = { status: 'INACTIVE' };
const UNVERIFIED = { verificationStatus: 'UNVERIFIED' };

/** What is known of the hook `away`. */
function known(
	who: Elsewhere['who'],
	{ askedAt = NOW, deadSince = NOW, id = 'away' } = {},
): Situation['elsewhere'] {
	return new Map([[id, { who, askedAt, deadSince }]]);
}

describe('Okta delivers to a hook', () => {
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
		['at its address without a description, which an org may not return', hookAt('')],
		['at its address with a description that Okta cut', hookAt(markedBy(OWNER).slice(0, -3))],
		['at its address with a description that a user wrote', hookAt('Please keep')],
		['at its address when it is inactive', eventHook(INACTIVE)],
		['at its address when it is unverified', eventHook(UNVERIFIED)],
		['at its address with the mark of a test', hookAt(markedBy(OWNER, { isTest: true }))],
		['with its mark at another address, inactive', hookElsewhere(INACTIVE)],
		['with its mark at another address, unverified', hookElsewhere(UNVERIFIED)],
	])('%s', (_where, hook) => {
		const id = [hook.id];
		expect(planFor({ occasion: 'unpublish', hooks: [hook] })).toEqual(outline({ remove: id }));
		const published = planFor({ occasion: 'publish', hooks: [hook] });
		expect(published).toEqual(outline({ action: `replace ${hook.id}` }));
	});

	it('whose id n8n remembers, when a user changed its address and Okta kept no description', () => {
		const hook = hookElsewhere({ description: '', ...INACTIVE });
		const plan = planFor({ occasion: 'unpublish', hooks: [hook], knownId: 'away' });
		expect(plan).toEqual(outline({ remove: ['away'] }));
	});

	function hookAt(description: string): EventHook {
		return eventHook({ description });
	}
});

describe('A hook belongs to someone else', () => {
	const otherMark = { description: markedBy(OTHER_OWNER) };
	const strangers: Array<[string, EventHook]> = [
		['at our address with the mark of another owner', eventHook({ id: 'away', ...otherMark })],
		['at another address with the mark of another owner', hookElsewhere(otherMark)],
		['with the mark of another owner, inactive', hookElsewhere({ ...otherMark, ...INACTIVE })],
		['at another address without a mark', hookElsewhere({ description: '' })],
		['without a mark, inactive', hookElsewhere({ description: '', ...INACTIVE })],
		[
			'at our address with a slash more',
			hookElsewhere({ uri: `${WEBHOOK_URL}/`, description: '' }),
		],
		['of another node’s test', testHook(HOUR, { description: markedBy('x', { isTest: true }) })],
	];

	it.each(strangers)('%s: publishing leaves it alone', (_what, hook) => {
		const plan = planFor({ occasion: 'publish', hooks: [hook], elsewhere: known('nobody') });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it.each(strangers)('%s: a watch leaves it alone', (_what, hook) => {
		const plan = planFor({ hooks: [hook], missedBefore: 1 });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it.each(strangers)('%s: unpublishing leaves it alone', (_what, hook) => {
		expect(planFor({ occasion: 'unpublish', hooks: [hook] })).toEqual(outline({}));
	});

	it('even if n8n remembers its id, since another owner has taken it over', () => {
		const hook = hookElsewhere({ ...otherMark, ...INACTIVE });
		const plan = planFor({ occasion: 'unpublish', hooks: [hook], knownId: 'away' });
		expect(plan).toEqual(outline({}));
	});
});

describe('A delivering hook with our mark at another address', () => {
	it.each(OCCASIONS)('is asked about before anything else happens: %s', (occasion) => {
		const hooks = [eventHook(INACTIVE), hookElsewhere(), testHook(HOUR)];
		expect(planFor({ occasion, hooks })).toEqual(outline({ ask: ['away'] }));
	});

	it.each(OCCASIONS)('is asked about if only its id tells that it is ours: %s', (occasion) => {
		const hooks = [hookElsewhere({ description: '' })];
		const plan = planFor({ occasion, hooks, knownId: 'away' });
		expect(plan).toEqual(outline({ ask: ['away'] }));
	});

	it('is not asked about if it doesn’t deliver', () => {
		for (const state of [INACTIVE, UNVERIFIED]) {
			const hooks = [eventHook(), hookElsewhere(state)];
			expect(planFor({ occasion: 'watch', hooks }).ask).toEqual([]);
		}
	});

	it('is asked about beside others that are known already', () => {
		const hooks = [hookElsewhere(), hookElsewhere({ id: 'new' })];
		const plan = planFor({ hooks, elsewhere: known('someone') });
		expect(plan).toEqual(outline({ ask: ['new'] }));
	});

	it('is not ours to ask about or to touch when a test is run in the editor', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		for (const hook of [eventHook(), eventHook(INACTIVE), hookElsewhere()]) {
			const context = { spec, hooks: [hook], knownId: hook.id };
			const published = planFor({ occasion: 'publish', ...context });
			expect(published).toEqual(outline({ action: 'create' }));
			expect(planFor({ occasion: 'unpublish', ...context })).toEqual(outline({}));
		}
	});

	it.each<[Elsewhere['who'], number, boolean]>([
		['nobody', HOUR - 1, false],
		['nobody', HOUR, true],
		['someone', 24 * HOUR - 1, false],
		['someone', 24 * HOUR, true],
		['us', 48 * HOUR, false],
	])('where %s responded is asked about by a watch %i ms later: %s', (who, ms, isAsked) => {
		const elsewhere = known(who, { askedAt: NOW - ms });
		const plan = planFor({ hooks: [eventHook(), hookElsewhere()], elsewhere });
		expect(plan.ask).toEqual(isAsked ? ['away'] : []);
	});

	it.each(['publish', 'unpublish'] as const)('is asked about only once: %s', (occasion) => {
		const elsewhere = known('nobody', { askedAt: NOW - 48 * HOUR });
		expect(planFor({ occasion, hooks: [hookElsewhere()], elsewhere }).ask).toEqual([]);
	});
});

describe('Publishing', () => {
	const publish = (changes: Partial<Situation>) => planFor({ occasion: 'publish', ...changes });

	it('creates the hook if there is none', () => {
		expect(publish({})).toEqual(outline({ action: 'create' }));
	});

	it('gives the hook a new secret even if all is in order', () => {
		const hook = eventHook();
		const plan = publish({ hooks: [hook], knownId: 'who1', lastWrite: hook });
		expect(plan).toEqual(outline({ action: 'replace who1' }));
	});

	it('passes on the hook as Okta has it', () => {
		const hook = eventHook();
		const { action } = reconcile(situation({ occasion: 'publish', hooks: [hook] }));
		expect(action).toEqual({ do: 'replace', hook });
	});

	it('does so with repairs off: they are about what n8n does by itself', () => {
		const spec = hookSpec({ isRepaired: false });
		const hooks = [eventHook(), hookElsewhere(INACTIVE)];
		const plan = publish({ spec, hooks });
		expect(plan).toEqual(outline({ action: 'replace who1', remove: ['away'] }));
	});

	it('keeps one hook and removes duplicates', () => {
		const hooks = [eventHook({ id: 'a' }), eventHook({ id: 'b' }), eventHook({ id: 'c' })];
		expect(publish({ hooks })).toEqual(outline({ action: 'replace a', remove: ['b', 'c'] }));
	});

	it.each<[string, Elsewhere['who'], Outline]>([
		[
			'takes over a hook elsewhere whose requests arrive here',
			'us',
			outline({ action: 'replace away' }),
		],
		['takes over a hook to which nobody responds', 'nobody', outline({ action: 'replace away' })],
		[
			'leaves a hook to which someone responds and creates its own',
			'someone',
			outline({ action: 'create' }),
		],
	])('%s', (_what, who, expected) => {
		expect(publish({ hooks: [hookElsewhere()], elsewhere: known(who) })).toEqual(expected);
	});

	it('takes over an inactive hook elsewhere, whoever responded there before', () => {
		const hooks = [hookElsewhere(INACTIVE)];
		const plan = publish({ hooks, elsewhere: known('someone') });
		expect(plan).toEqual(outline({ action: 'replace away' }));
	});

	it('prefers the hook at our address, and removes the one that nobody serves', () => {
		const hooks = [hookElsewhere(), eventHook(INACTIVE)];
		const plan = publish({ hooks, elsewhere: known('nobody') });
		expect(plan).toEqual(outline({ action: 'replace who1', remove: ['away'] }));
	});
});

describe('Unpublishing', () => {
	it('removes all that is ours, and nothing that someone else serves', () => {
		const hooks = [
			eventHook({ id: 'ours' }),
			eventHook({ id: 'duplicate', ...INACTIVE }),
			hookElsewhere(),
			hookElsewhere({ id: 'idle', ...UNVERIFIED }),
			testHook(HOUR),
			eventHook({ id: 'stranger', description: markedBy(OTHER_OWNER) }),
		];
		const plan = planFor({ occasion: 'unpublish', hooks, elsewhere: known('someone') });
		expect(plan).toEqual(outline({ remove: ['ours', 'duplicate', 'idle', 'test'] }));
	});

	it.each<[Elsewhere['who'], string[]]>([
		['us', ['away']],
		['nobody', ['away']],
		['someone', []],
	])('looks at who responds to a hook elsewhere: %s', (who, remove) => {
		const plan = planFor({
			occasion: 'unpublish',
			hooks: [hookElsewhere()],
			elsewhere: known(who),
		});
		expect(plan).toEqual(outline({ remove }));
	});

	it('removes everything with repairs off', () => {
		const spec = hookSpec({ isRepaired: false });
		const hooks = [eventHook(), hookElsewhere(INACTIVE), testHook(HOUR)];
		const plan = planFor({ occasion: 'unpublish', spec, hooks });
		expect(plan).toEqual(outline({ remove: ['who1', 'away', 'test'] }));
		const unknown = planFor({ occasion: 'unpublish', spec, hooks: [hookElsewhere()] });
		expect(unknown).toEqual(outline({ ask: ['away'] }));
	});

	it('has nothing to do if nothing is left', () => {
		expect(planFor({ occasion: 'unpublish', missedBefore: 1 })).toEqual(outline({}));
	});
});

describe('The order of preference among hooks at our address', () => {
	const first = eventHook({ id: 'first' });
	const second = eventHook({ id: 'second' });
	const idle = eventHook({ id: 'idle', ...INACTIVE });

	it.each<[string, Partial<Situation>, string[]]>([
		[
			'the one that n8n remembers comes first',
			{ hooks: [first, second], knownId: 'second' },
			['second', 'first'],
		],
		['even if it is inactive', { hooks: [first, idle], knownId: 'idle' }, ['idle', 'first']],
		['a delivering one comes before an inactive one', { hooks: [idle, first] }, ['first', 'idle']],
		['equals stay in Okta’s order', { hooks: [second, first] }, ['second', 'first']],
		[
			'all three ranks',
			{ hooks: [idle, second, first], knownId: 'first' },
			['first', 'second', 'idle'],
		],
	])('%s', (_what, changes, expected) => {
		const plan = planFor({ occasion: 'unpublish', ...changes });
		expect(plan.remove).toEqual(expected);
		const published = planFor({ occasion: 'publish', ...changes });
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
		['elsewhere that has no time of creation', testHook(0, { ...far, created: '' }), false, false],
		['here that has no time of creation', testHook(0, { created: '' }), false, true],
		['whose URL can’t be read', testHook(MINUTE, { uri: 'undefined' }), false, false],
		['that is inactive, elsewhere', testHook(MINUTE, { ...far, ...INACTIVE }), false, false],
	])('%s', (_what, hook, isTestRunning, isRemoved) => {
		const remove = isRemoved ? ['test'] : [];
		for (const occasion of ['watch', 'unpublish'] as const) {
			const plan = planFor({ occasion, hooks: [eventHook({ id: 'ours' }), hook], isTestRunning });
			expect(plan.remove.filter((id) => id !== 'ours')).toEqual(remove);
			expect(plan.ask).toEqual([]);
		}
		const published = planFor({ occasion: 'publish', hooks: [hook], isTestRunning });
		expect(published).toEqual(outline({ action: 'create', remove }));
	});

	it('is never mistaken for the hook itself, even if its id is remembered', () => {
		const hooks = [testHook(MINUTE, far)];
		const plan = planFor({ hooks, knownId: 'test', missedBefore: 1 });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it('is removed when another test of the node starts at another address of this n8n', () => {
		const spec = hookSpec({ isTest: true, uri: `${TEST_URL}/2` });
		const plan = planFor({
			occasion: 'publish',
			spec,
			hooks: [testHook(MINUTE)],
			isTestRunning: true,
		});
		expect(plan).toEqual(outline({ action: 'create', remove: ['test'] }));
	});

	it('is left alone when a test starts in a copy of this n8n', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		const hooks = [testHook(MINUTE, far)];
		const plan = planFor({ occasion: 'publish', spec, hooks, isTestRunning: true });
		expect(plan).toEqual(outline({ action: 'create' }));
	});

	it('is taken over by a test at the same address', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		const hooks = [testHook(MINUTE), testHook(HOUR, { ...far, id: 'old' })];
		const plan = planFor({ occasion: 'publish', spec, hooks, isTestRunning: true });
		expect(plan).toEqual(outline({ action: 'replace test', remove: ['old'] }));
	});

	it('is removed when its test ends, and the published hook stays', () => {
		const spec = hookSpec({ isTest: true, uri: TEST_URL });
		const hooks = [eventHook(), testHook(MINUTE)];
		const plan = planFor({ occasion: 'unpublish', spec, hooks });
		expect(plan).toEqual(outline({ remove: ['test'] }));
	});
});

describe('A watch', () => {
	it('does nothing if all is in order', () => {
		const hook = eventHook();
		for (const lastWrite of [undefined, hook]) {
			expect(planFor({ hooks: [hook], lastWrite })).toEqual(outline({ action: 'nothing who1' }));
		}
		const { action } = reconcile(situation({ hooks: [hook] }));
		expect(action).toEqual({ do: 'nothing', hook });
	});

	it('waits for the second check before it creates a missing hook', () => {
		expect(planFor({ missedBefore: 0 })).toEqual(outline({ action: 'wait' }));
		expect(planFor({ missedBefore: 1 })).toEqual(outline({ action: 'create' }));
		expect(planFor({ missedBefore: 7 })).toEqual(outline({ action: 'create' }));
	});

	it('reports a missing hook for which it can’t derive a secret', () => {
		expect(planFor({ canDerive: false })).toEqual(outline({ action: 'wait' }));
		const plan = planFor({ canDerive: false, missedBefore: 1 });
		expect(plan).toEqual(outline({ action: 'report (no key)' }));
	});

	it('creates its own hook beside one to which someone else responds', () => {
		const context = { hooks: [hookElsewhere()], elsewhere: known('someone') };
		expect(planFor(context)).toEqual(outline({ action: 'wait' }));
		expect(planFor({ ...context, missedBefore: 1 })).toEqual(outline({ action: 'create' }));
	});

	it('creates its own hook beside one to which nobody has responded for less than a day', () => {
		const context = { hooks: [hookElsewhere()], elsewhere: known('nobody'), missedBefore: 1 };
		expect(planFor(context)).toEqual(outline({ action: 'create' }));
	});

	it('keeps the hook and removes duplicates at our address', () => {
		const hooks = [eventHook({ id: 'duplicate', ...INACTIVE }), eventHook()];
		const plan = planFor({ hooks });
		expect(plan).toEqual(outline({ action: 'nothing who1', remove: ['duplicate'] }));
	});

	it.each<[string, Partial<EventHook>]>([
		['inactive', INACTIVE],
		['unverified', UNVERIFIED],
	])('brings back a hook elsewhere that is %s', (_what, state) => {
		const plan = planFor({ hooks: [hookElsewhere(state)] });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace away', differences }));
	});

	it('brings back a hook elsewhere whose requests arrive here', () => {
		const plan = planFor({ hooks: [hookElsewhere()], elsewhere: known('us') });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace away', differences }));
	});

	it('never resumes a hook elsewhere, even right after its own write', () => {
		const hook = hookElsewhere(INACTIVE);
		const plan = planFor({ hooks: [hook], knownId: 'away', lastWrite: hook });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace away', differences }));
	});

	it('reports a hook elsewhere for which it can’t derive a secret', () => {
		const plan = planFor({ hooks: [hookElsewhere(INACTIVE)], canDerive: false });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'report away (no key)', differences }));
	});

	it('prefers an idle hook elsewhere to one that delivers here, and removes the latter', () => {
		const hooks = [hookElsewhere(), hookElsewhere({ id: 'idle', ...INACTIVE })];
		const plan = planFor({ hooks, elsewhere: known('us') });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace idle', differences, remove: ['away'] }));
	});

	it('keeps one of several hooks elsewhere whose requests arrive here', () => {
		const hooks = [hookElsewhere(), hookElsewhere({ id: 'twin' })];
		const elsewhere = new Map([...known('us'), ...known('us', { id: 'twin' })]);
		const plan = planFor({ hooks, elsewhere });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace away', differences, remove: ['twin'] }));
	});

	it('removes a hook elsewhere whose requests arrive here if ours is in order', () => {
		const plan = planFor({ hooks: [hookElsewhere(), eventHook()], elsewhere: known('us') });
		expect(plan).toEqual(outline({ action: 'nothing who1', remove: ['away'] }));
	});

	it.each<[string, Partial<EventHook>, Situation['elsewhere']]>([
		['is inactive', INACTIVE, new Map()],
		['serves someone else', {}, known('someone', { deadSince: NOW - 48 * HOUR })],
	])('leaves a hook elsewhere alone beside ours if it %s', (_what, state, elsewhere) => {
		const plan = planFor({ hooks: [eventHook(), hookElsewhere(state)], elsewhere });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it.each([
		[24 * HOUR - 1, []],
		[24 * HOUR, ['away']],
		[48 * HOUR, ['away']],
	])('looks at how long nobody has responded to a hook elsewhere: %i ms', (ms, remove) => {
		const elsewhere = known('nobody', { deadSince: NOW - ms });
		const plan = planFor({ hooks: [eventHook(), hookElsewhere()], elsewhere });
		expect(plan).toEqual(outline({ action: 'nothing who1', remove }));
		const context = { hooks: [hookElsewhere()], elsewhere };
		expect(planFor(context)).toEqual(outline({ action: 'wait', remove }));
		const second = planFor({ ...context, missedBefore: 1 });
		expect(second).toEqual(outline({ action: 'create', remove }));
	});

	it('doesn’t remove a dead hook that is inactive by now: nobody is asked about it', () => {
		const elsewhere = known('nobody', { deadSince: NOW - 48 * HOUR });
		const plan = planFor({ hooks: [eventHook(), hookElsewhere(INACTIVE)], elsewhere });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it('removes surplus hooks in any case: duplicates, aliases, dead ones, and old tests', () => {
		const surplus = [
			eventHook({ id: 'duplicate' }),
			hookElsewhere(),
			hookElsewhere({ id: 'dead' }),
			testHook(HOUR),
		];
		const elsewhere = new Map([
			...known('us'),
			...known('nobody', { id: 'dead', deadSince: NOW - 24 * HOUR }),
		]);
		const remove = ['duplicate', 'away', 'dead', 'test'];
		const cases: Array<[string, Partial<EventHook>, Partial<Situation>]> = [
			['nothing who1', {}, {}],
			['replace who1', { authHeader: undefined }, {}],
			['resume who1', INACTIVE, { canDerive: false }],
			['report who1 (no key)', { eventTypes: [] }, { canDerive: false }],
		];
		for (const [action, edit, changes] of cases) {
			const hooks = [eventHook(edit), ...surplus];
			const plan = planFor({ hooks, knownId: 'who1', elsewhere, ...changes });
			expect([plan.action, plan.remove]).toEqual([action, remove]);
		}
	});
});

describe('What a watch finds changed', () => {
	const filter = (...filters: Array<[string, string]>) => ({ filters: new Map(filters) });
	const wanted = hookSpec({ eventTypes: ['a', 'b'], filterExpression: CONDITION });
	const good = {
		eventTypes: ['b', 'a'],
		...filter(['b', CONDITION], ['a', ` event.outcome.result\n\teq  'FAILURE' `]),
	};

	it.each<[string, Partial<EventHook>]>([
		['its order of event types and the spaces in its filter', {}],
		['its description', { description: '' }],
		['its time of creation', { created: '' }],
	])('is not %s', (_what, changes) => {
		const plan = planFor({ spec: wanted, hooks: [eventHook({ ...good, ...changes })] });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it.each<[string, Partial<EventHook>, string]>([
		['that it is inactive', INACTIVE, 'it was deactivated'],
		['that its status is unknown', { status: 'undefined' }, 'it was deactivated'],
		['that it is unverified', UNVERIFIED, "it wasn't verified"],
		['a missing event type', { eventTypes: ['a'] }, 'its event types were changed'],
		['the same event type twice', { eventTypes: ['a', 'a'] }, 'its event types were changed'],
		['an added event type', { eventTypes: ['a', 'b', 'c'] }, 'its event types were changed'],
		['another event type', { eventTypes: ['a', 'c'] }, 'its event types were changed'],
		['an event type in upper case', { eventTypes: ['A', 'b'] }, 'its event types were changed'],
		['no filter', filter(), 'its filter was changed'],
		['a filter for one event type only', filter(['a', CONDITION]), 'its filter was changed'],
		[
			'a filter with another condition',
			filter(['a', CONDITION], ['b', "event.outcome.result eq 'SUCCESS'"]),
			'its filter was changed',
		],
		[
			'a filter with spaces missing',
			filter(['a', CONDITION], ['b', CONDITION.replaceAll(' ', '')]),
			'its filter was changed',
		],
		[
			'a filter for another event type',
			filter(['a', CONDITION], ['c', CONDITION]),
			'its filter was changed',
		],
		[
			'no header for the secret',
			{ authHeader: undefined },
			'its authentication header was changed',
		],
		['another header', { authHeader: 'x-secret' }, 'its authentication header was changed'],
	])('is %s', (_what, changes, difference) => {
		const hook = eventHook({ ...good, ...changes });
		const plan = planFor({ spec: wanted, hooks: [hook] });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: [difference] }));
	});

	it('is not an event type that Okta has listed twice since n8n wrote the hook', () => {
		const hook = eventHook({ eventTypes: ['a', 'a'] });
		const spec = hookSpec({ eventTypes: ['a'] });
		const plan = planFor({ spec, hooks: [hook], knownId: 'who1', lastWrite: hook });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it('is a filter, if none is wanted', () => {
		const plan = planFor({ hooks: [eventHook(filter([EVENT_TYPE, CONDITION]))] });
		const differences = ['its filter was changed'];
		expect(plan).toEqual(outline({ action: 'replace who1', differences }));
	});

	it('is the secret, if the mark belongs to another one', () => {
		const hooks = [eventHook({ description: markedBy(OWNER, { secret: 'f'.repeat(16) }) })];
		const isSecretCurrent: Situation['isSecretCurrent'] = ({ secret }) => secret !== 'f'.repeat(16);
		const plan = planFor({ hooks, isSecretCurrent });
		const differences = ['its secret was out of date'];
		expect(plan).toEqual(outline({ action: 'replace who1', differences }));
	});

	it('is not the secret of a hook that Okta returns without its mark', () => {
		const hooks = [eventHook({ description: '' })];
		const plan = planFor({ hooks, isSecretCurrent: () => false });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it('is told in full', () => {
		const hook = eventHook({
			...INACTIVE,
			...UNVERIFIED,
			eventTypes: [],
			filters: new Map([['x', 'y']]),
			authHeader: undefined,
		});
		const { differences } = planFor({ hooks: [hook], isSecretCurrent: () => false });
		expect(differences).toEqual([
			'it was deactivated',
			"it wasn't verified",
			'its event types were changed',
			'its filter was changed',
			'its authentication header was changed',
			'its secret was out of date',
		]);
	});
});

describe('After a write of this process, a watch', () => {
	const written = eventHook();
	const LATER = { lastUpdated: '2026-03-02T00:00:00.000Z' };

	it.each<[string, Partial<EventHook>]>([
		['other event types', { eventTypes: ['USER.AUTHENTICATION.AUTH_VIA_MFA'] }],
		['another filter', { filters: new Map([[EVENT_TYPE, 'rewritten by Okta']]) }],
		['no authentication header', { authHeader: undefined }],
		['an authentication header in another form', { authHeader: 'Authorization' }],
		['a description that is cut', { description: 'Created by n8n' }],
		['no times', { created: '', lastUpdated: '' }],
	])('accepts what Okta responded to it: %s', (_what, changes) => {
		const hook = eventHook(changes);
		const plan = planFor({ hooks: [hook], knownId: 'who1', lastWrite: { ...hook } });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it.each<[string, Partial<EventHook>, string]>([
		['event types', { eventTypes: ['a'] }, 'its event types were changed'],
		['the filter', { filters: new Map([['a', 'b']]) }, 'its filter was changed'],
		['the header', { authHeader: 'x-secret' }, 'its authentication header was changed'],
	])('finds out that someone changed %s', (_what, changes, difference) => {
		const plan = planFor({ hooks: [eventHook(changes)], lastWrite: written });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: [difference] }));
		// Back to what was sent, although Okta had responded something else.
		const back = planFor({ hooks: [written], lastWrite: eventHook(changes) });
		expect(back).toEqual(outline({ action: 'replace who1', differences: [difference] }));
	});

	it('suspects another secret if only the time of the last change tells of an edit', () => {
		const plan = planFor({ hooks: [eventHook(LATER)], lastWrite: written });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: ['it was edited'] }));
	});

	it('doesn’t mention the time of the last change if it knows what was changed', () => {
		const plan = planFor({ hooks: [eventHook({ ...LATER, ...INACTIVE })], lastWrite: written });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: ['it was deactivated'] }));
	});

	it('compares with what is wanted if the write was to another hook', () => {
		const lastWrite = eventHook({ id: 'former', ...LATER, eventTypes: ['a'], authHeader: 'x' });
		expect(planFor({ hooks: [written], lastWrite })).toEqual(outline({ action: 'nothing who1' }));
	});
});

describe('A hook that is right but for its state', () => {
	const LATER = { lastUpdated: '2026-03-02T00:00:00.000Z' };
	const states: Array<[Partial<EventHook>, string[]]> = [
		[INACTIVE, ['it was deactivated']],
		[UNVERIFIED, ["it wasn't verified"]],
		[{ ...INACTIVE, ...UNVERIFIED }, ['it was deactivated', "it wasn't verified"]],
	];

	it.each(states)(
		'is resumed if nobody touched it since the last write: %j',
		(state, differences) => {
			const hook = eventHook(state);
			const plan = planFor({ hooks: [hook], lastWrite: eventHook() });
			expect(plan).toEqual(outline({ action: 'resume who1', differences }));
		},
	);

	it.each(states)(
		'is replaced if it was changed since, maybe its secret too: %j',
		(state, differences) => {
			const hook = eventHook({ ...state, ...LATER });
			const plan = planFor({ hooks: [hook], lastWrite: eventHook() });
			expect(plan).toEqual(outline({ action: 'replace who1', differences }));
		},
	);

	it.each(states)('is replaced if this process didn’t write it: %j', (state, differences) => {
		const hook = eventHook(state);
		const expected = outline({ action: 'replace who1', differences });
		expect(planFor({ hooks: [hook] })).toEqual(expected);
		const lastWrite = eventHook({ id: 'former' });
		expect(planFor({ hooks: [hook], lastWrite })).toEqual(expected);
	});

	it.each(states)('is resumed if no new secret can be derived: %j', (state, differences) => {
		const expected = outline({ action: 'resume who1', differences });
		const hook = eventHook({ ...state, ...LATER });
		expect(planFor({ hooks: [hook], canDerive: false })).toEqual(expected);
		expect(planFor({ hooks: [hook], lastWrite: eventHook(), canDerive: false })).toEqual(expected);
	});

	it('is replaced, not resumed, if something else is wrong with it too', () => {
		for (const state of [INACTIVE, UNVERIFIED]) {
			const hook = eventHook({ ...state, authHeader: 'x-secret' });
			const plan = planFor({ hooks: [hook], lastWrite: eventHook() });
			expect(plan.action).toBe('replace who1');
			const without = planFor({ hooks: [hook], lastWrite: eventHook(), canDerive: false });
			expect(without.action).toBe('report who1 (no key)');
		}
	});
});

describe('Without a key to derive a secret from, a watch reports', () => {
	it('a hook that was edited', () => {
		const hooks = [eventHook({ eventTypes: ['a'] })];
		const differences = ['its event types were changed'];
		const plan = planFor({ hooks, canDerive: false });
		expect(plan).toEqual(outline({ action: 'report who1 (no key)', differences }));
	});

	it('nothing if all is in order', () => {
		const plan = planFor({ hooks: [eventHook()], canDerive: false });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});
});

describe('With repairs off, a watch', () => {
	const spec = hookSpec({ isRepaired: false });
	const watch = (changes: Partial<Situation>) => planFor({ spec, ...changes });

	it('says nothing if all is in order', () => {
		expect(watch({ hooks: [eventHook()] })).toEqual(outline({ action: 'nothing who1' }));
	});

	it('reports what was changed', () => {
		const differences = ['its authentication header was changed'];
		const plan = watch({ hooks: [eventHook({ authHeader: undefined })] });
		expect(plan).toEqual(outline({ action: 'report who1 (repairs are off)', differences }));
	});

	it('reports a hook that it would only have to activate', () => {
		const plan = watch({ hooks: [eventHook(INACTIVE)], lastWrite: eventHook() });
		const differences = ['it was deactivated'];
		expect(plan).toEqual(outline({ action: 'report who1 (repairs are off)', differences }));
	});

	it('reports a missing hook at the second check', () => {
		expect(watch({})).toEqual(outline({ action: 'wait' }));
		const plan = watch({ missedBefore: 1 });
		expect(plan).toEqual(outline({ action: 'report (repairs are off)' }));
	});

	it('names the switch as the reason even if it couldn’t repair the hook anyway', () => {
		const gone = watch({ missedBefore: 1, canDerive: false });
		expect(gone.action).toBe('report (repairs are off)');
		const edited = watch({ hooks: [eventHook({ eventTypes: [] })], canDerive: false });
		expect(edited.action).toBe('report who1 (repairs are off)');
	});

	it('removes nothing and asks nobody', () => {
		const surplus = [eventHook({ id: 'duplicate' }), hookElsewhere(), testHook(HOUR)];
		const ours = eventHook();
		const cases: Array<[EventHook[], string]> = [
			[[ours, ...surplus], 'nothing who1'],
			[[eventHook({ eventTypes: [] }), ...surplus], 'report who1 (repairs are off)'],
			[[hookElsewhere(), testHook(HOUR)], 'wait'],
		];
		for (const [hooks, action] of cases) {
			for (const elsewhere of [new Map(), known('nobody', { deadSince: 0, askedAt: 0 })]) {
				const plan = watch({ hooks, knownId: 'who1', elsewhere });
				expect([plan.action, plan.ask, plan.remove]).toEqual([action, [], []]);
			}
		}
	});
});
