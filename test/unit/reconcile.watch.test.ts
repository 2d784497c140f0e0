import { reconcile } from '../../nodes/shared/eventHooks/reconcile';
import type { PlanInput } from '../../nodes/shared/eventHooks/reconcile';
import type { EventHook } from '../../nodes/shared/okta/types';
import { EVENT_TYPE } from './fixtures/events';
import { CONDITION, eventHook, hookSpec, markedBy, OWNER } from './fixtures/hooks';
import {
	hookElsewhere,
	HOUR,
	INACTIVE,
	known,
	NOW,
	outline,
	planFor,
	planInput,
	testHook,
	UNVERIFIED,
} from './fixtures/reconcile';

describe('A watch', () => {
	it('does nothing if everything is in order', () => {
		const hook = eventHook();
		for (const lastWrite of [undefined, hook]) {
			expect(planFor({ hooks: [hook], lastWrite })).toEqual(outline({ action: 'nothing who1' }));
		}
		const { action } = reconcile(planInput({ hooks: [hook] }));
		expect(action).toEqual({ do: 'nothing', hook });
	});

	it('waits for the second check before it creates a missing hook', () => {
		expect(planFor({ checksWithoutHook: 0 })).toEqual(outline({ action: 'wait' }));
		expect(planFor({ checksWithoutHook: 1 })).toEqual(outline({ action: 'create' }));
		expect(planFor({ checksWithoutHook: 7 })).toEqual(outline({ action: 'create' }));
	});

	it('reports a missing hook for which it can’t derive a secret', () => {
		expect(planFor({ canDerive: false })).toEqual(outline({ action: 'wait' }));
		const plan = planFor({ canDerive: false, checksWithoutHook: 1 });
		expect(plan).toEqual(outline({ action: 'report (no key)' }));
	});

	it('creates its own hook next to one that someone else responds to', () => {
		const context = { hooks: [hookElsewhere()], probes: known('other') };
		expect(planFor(context)).toEqual(outline({ action: 'wait' }));
		expect(planFor({ ...context, checksWithoutHook: 1 })).toEqual(outline({ action: 'create' }));
	});

	it('creates its own hook next to one that no one has responded to for less than a day', () => {
		const context = { hooks: [hookElsewhere()], probes: known('none'), checksWithoutHook: 1 };
		expect(planFor(context)).toEqual(outline({ action: 'create' }));
	});

	it.each([
		[1, { action: 'create' }],
		[23, { action: 'create' }],
		[24, { action: 'create', remove: ['away'] }],
	])(
		'treats a hook that is unverified since no one responded to its probe like any other: %d h',
		(hours, expected) => {
			const probes = known('none', { deadSince: NOW - hours * HOUR });
			const hooks = [hookElsewhere(UNVERIFIED)];
			expect(planFor({ hooks, probes, checksWithoutHook: 1 })).toEqual(outline(expected));
		},
	);

	it('probes a hook again that is unverified since no one responded to its probe', () => {
		const probes = known('none', { probedAt: NOW - HOUR });
		const plan = planFor({ hooks: [eventHook(), hookElsewhere(UNVERIFIED)], probes });
		expect(plan).toEqual(outline({ probe: ['away'] }));
	});

	it('keeps the hook and deletes duplicates at our address', () => {
		const hooks = [eventHook({ id: 'duplicate', ...INACTIVE }), eventHook()];
		const plan = planFor({ hooks });
		expect(plan).toEqual(outline({ action: 'nothing who1', remove: ['duplicate'] }));
	});

	it.each<[string, Partial<EventHook>]>([
		['inactive', INACTIVE],
		['unverified', UNVERIFIED],
	])('moves back a hook elsewhere that is %s', (_what, state) => {
		const plan = planFor({ hooks: [hookElsewhere(state)] });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace away', differences }));
	});

	it('moves back a hook elsewhere whose requests arrive here', () => {
		const plan = planFor({ hooks: [hookElsewhere()], probes: known('self') });
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

	it('prefers an idle hook elsewhere to one that delivers here and deletes the latter', () => {
		const hooks = [hookElsewhere(), hookElsewhere({ id: 'idle', ...INACTIVE })];
		const plan = planFor({ hooks, probes: known('self') });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace idle', differences, remove: ['away'] }));
	});

	it('keeps one of several hooks elsewhere whose requests arrive here', () => {
		const hooks = [hookElsewhere(), hookElsewhere({ id: 'twin' })];
		const probes = new Map([...known('self'), ...known('self', { id: 'twin' })]);
		const plan = planFor({ hooks, probes });
		const differences = ['its URL was changed'];
		expect(plan).toEqual(outline({ action: 'replace away', differences, remove: ['twin'] }));
	});

	it('deletes a hook elsewhere whose requests arrive here if ours is in order', () => {
		const plan = planFor({ hooks: [hookElsewhere(), eventHook()], probes: known('self') });
		expect(plan).toEqual(outline({ action: 'nothing who1', remove: ['away'] }));
	});

	it.each<[string, Partial<EventHook>, PlanInput['probes']]>([
		['is inactive', INACTIVE, new Map()],
		['serves someone else', {}, known('other', { deadSince: NOW - 48 * HOUR })],
	])('leaves a hook elsewhere alone next to ours if it %s', (_what, state, probes) => {
		const plan = planFor({ hooks: [eventHook(), hookElsewhere(state)], probes });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it.each([
		[24 * HOUR - 1, []],
		[24 * HOUR, ['away']],
		[48 * HOUR, ['away']],
	])(
		'deletes a hook elsewhere depending on how long no one has responded to it: %i ms',
		(ms, remove) => {
			const probes = known('none', { deadSince: NOW - ms });
			const plan = planFor({ hooks: [eventHook(), hookElsewhere()], probes });
			expect(plan).toEqual(outline({ action: 'nothing who1', remove }));
			const context = { hooks: [hookElsewhere()], probes };
			expect(planFor(context)).toEqual(outline({ action: 'wait', remove }));
			const second = planFor({ ...context, checksWithoutHook: 1 });
			expect(second).toEqual(outline({ action: 'create', remove }));
		},
	);

	it('doesn’t delete a dead hook that is now inactive, because inactive hooks aren’t probed', () => {
		const probes = known('none', { deadSince: NOW - 48 * HOUR });
		const plan = planFor({ hooks: [eventHook(), hookElsewhere(INACTIVE)], probes });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it('deletes duplicates, aliases, dead hooks, and old tests whatever else it does', () => {
		const surplus = [
			eventHook({ id: 'duplicate' }),
			hookElsewhere(),
			hookElsewhere({ id: 'dead' }),
			testHook(HOUR),
		];
		const probes = new Map([
			...known('self'),
			...known('none', { id: 'dead', deadSince: NOW - 24 * HOUR }),
		]);
		const remove = ['duplicate', 'away', 'dead', 'test'];
		const cases: Array<[string, Partial<EventHook>, Partial<PlanInput>]> = [
			['nothing who1', {}, {}],
			['replace who1', { authHeader: undefined }, {}],
			['resume who1', INACTIVE, { canDerive: false }],
			['report who1 (no key)', { eventTypes: [] }, { canDerive: false }],
		];
		for (const [action, edit, changes] of cases) {
			const hooks = [eventHook(edit), ...surplus];
			const plan = planFor({ hooks, knownId: 'who1', probes, ...changes });
			expect([plan.action, plan.remove]).toEqual([action, remove]);
		}
	});
});

describe('A change that a watch detects', () => {
	const filter = (...filters: Array<[string, string]>) => ({ filters: new Map(filters) });
	const wanted = hookSpec({ eventTypes: ['a', 'b'], filterExpression: CONDITION });
	const good = {
		eventTypes: ['b', 'a'],
		...filter(['b', CONDITION], ['a', ` event.outcome.result\n\teq  'FAILURE' `]),
	};

	it.each<[string, Partial<EventHook>]>([
		['the order of event types or the whitespace in the filter', {}],
		['the description', { description: '' }],
		['the creation time', { created: '' }],
	])('is not %s', (_what, changes) => {
		const plan = planFor({ spec: wanted, hooks: [eventHook({ ...good, ...changes })] });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it.each<[string, Partial<EventHook>, string]>([
		['an inactive status', INACTIVE, 'it was deactivated'],
		['an unknown status', { status: 'undefined' }, 'it was deactivated'],
		['an unverified hook', UNVERIFIED, "it wasn't verified"],
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
			'a filter without its spaces',
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

	it('is a filter if there should be none', () => {
		const plan = planFor({ hooks: [eventHook(filter([EVENT_TYPE, CONDITION]))] });
		const differences = ['its filter was changed'];
		expect(plan).toEqual(outline({ action: 'replace who1', differences }));
	});

	it('is an outdated secret if the mark belongs to another one', () => {
		const hooks = [eventHook({ description: markedBy(OWNER, { secret: 'f'.repeat(16) }) })];
		const isSecretCurrent: PlanInput['isSecretCurrent'] = ({ secret }) => secret !== 'f'.repeat(16);
		const plan = planFor({ hooks, isSecretCurrent });
		const differences = ['its secret was out of date'];
		expect(plan).toEqual(outline({ action: 'replace who1', differences }));
	});

	it('is not the secret if Okta returns the hook without its mark', () => {
		const hooks = [eventHook({ description: '' })];
		const plan = planFor({ hooks, isSecretCurrent: () => false });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it('is listed together with all others', () => {
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

describe('After this process wrote the hook, a watch', () => {
	const written = eventHook();
	const LATER = { lastUpdated: '2026-03-02T00:00:00.000Z' };

	it.each<[string, Partial<EventHook>]>([
		['other event types', { eventTypes: ['USER.AUTHENTICATION.AUTH_VIA_MFA'] }],
		['a different filter', { filters: new Map([[EVENT_TYPE, 'rewritten by Okta']]) }],
		['no authentication header', { authHeader: undefined }],
		['an authentication header in a different letter case', { authHeader: 'Authorization' }],
		['a description that is cut', { description: 'Created by n8n' }],
		['no timestamps', { created: '', lastUpdated: '' }],
	])('accepts the hook as Okta returned it: %s', (_what, changes) => {
		const hook = eventHook(changes);
		const plan = planFor({ hooks: [hook], knownId: 'who1', lastWrite: { ...hook } });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});

	it.each<[string, Partial<EventHook>, string]>([
		['event types', { eventTypes: ['a'] }, 'its event types were changed'],
		['the filter', { filters: new Map([['a', 'b']]) }, 'its filter was changed'],
		['the header', { authHeader: 'x-secret' }, 'its authentication header was changed'],
	])('detects that someone changed %s', (_what, changes, difference) => {
		const plan = planFor({ hooks: [eventHook(changes)], lastWrite: written });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: [difference] }));
		// Even a change back to what was sent is detected if Okta returned something else.
		const back = planFor({ hooks: [written], lastWrite: eventHook(changes) });
		expect(back).toEqual(outline({ action: 'replace who1', differences: [difference] }));
	});

	it('assumes a changed secret if only the time of the last change shows an edit', () => {
		const plan = planFor({ hooks: [eventHook(LATER)], lastWrite: written });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: ['it was edited'] }));
	});

	it('doesn’t mention the time of the last change if it knows what was changed', () => {
		const plan = planFor({ hooks: [eventHook({ ...LATER, ...INACTIVE })], lastWrite: written });
		expect(plan).toEqual(outline({ action: 'replace who1', differences: ['it was deactivated'] }));
	});

	it('compares with the spec if this process wrote a different hook', () => {
		const lastWrite = eventHook({ id: 'former', ...LATER, eventTypes: ['a'], authHeader: 'x' });
		expect(planFor({ hooks: [written], lastWrite })).toEqual(outline({ action: 'nothing who1' }));
	});
});

describe('A hook where only the state is wrong', () => {
	const LATER = { lastUpdated: '2026-03-02T00:00:00.000Z' };
	const states: Array<[Partial<EventHook>, string[]]> = [
		[INACTIVE, ['it was deactivated']],
		[UNVERIFIED, ["it wasn't verified"]],
		[{ ...INACTIVE, ...UNVERIFIED }, ['it was deactivated', "it wasn't verified"]],
	];

	it.each(states)(
		'is resumed if no one has changed it since the last write: %j',
		(state, differences) => {
			const hook = eventHook(state);
			const plan = planFor({ hooks: [hook], lastWrite: eventHook() });
			expect(plan).toEqual(outline({ action: 'resume who1', differences }));
		},
	);

	it.each(states)(
		'is replaced if it was changed since then, because its secret may have changed too: %j',
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

describe('Without a key to derive secrets from, a watch reports', () => {
	it('a hook that was edited', () => {
		const hooks = [eventHook({ eventTypes: ['a'] })];
		const differences = ['its event types were changed'];
		const plan = planFor({ hooks, canDerive: false });
		expect(plan).toEqual(outline({ action: 'report who1 (no key)', differences }));
	});

	it('nothing if everything is in order', () => {
		const plan = planFor({ hooks: [eventHook()], canDerive: false });
		expect(plan).toEqual(outline({ action: 'nothing who1' }));
	});
});

describe('With repairs off, a watch', () => {
	const spec = hookSpec({ repairsHook: false });
	const watch = (changes: Partial<PlanInput>) => planFor({ spec, ...changes });

	it('reports nothing if everything is in order', () => {
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
		const plan = watch({ checksWithoutHook: 1 });
		expect(plan).toEqual(outline({ action: 'report (repairs are off)' }));
	});

	it('gives the option as the reason even if it couldn’t repair the hook anyway', () => {
		const gone = watch({ checksWithoutHook: 1, canDerive: false });
		expect(gone.action).toBe('report (repairs are off)');
		const edited = watch({ hooks: [eventHook({ eventTypes: [] })], canDerive: false });
		expect(edited.action).toBe('report who1 (repairs are off)');
	});

	it('deletes nothing and probes nothing', () => {
		const surplus = [eventHook({ id: 'duplicate' }), hookElsewhere(), testHook(HOUR)];
		const ours = eventHook();
		const cases: Array<[EventHook[], string]> = [
			[[ours, ...surplus], 'nothing who1'],
			[[eventHook({ eventTypes: [] }), ...surplus], 'report who1 (repairs are off)'],
			[[hookElsewhere(), testHook(HOUR)], 'wait'],
		];
		for (const [hooks, action] of cases) {
			for (const probes of [new Map(), known('none', { deadSince: 0, probedAt: 0 })]) {
				const plan = watch({ hooks, knownId: 'who1', probes });
				expect([plan.action, plan.probe, plan.remove]).toEqual([action, [], []]);
			}
		}
	});
});
