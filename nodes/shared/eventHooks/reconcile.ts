import type { EventHook } from '../okta/types';
import type { HookIdentity, HookSpec } from './hookSpec';
import { fingerprint, parseMark } from './mark';
import type { HookMark } from './mark';

const HOUR_MS = 3_600_000;

/** n8n listens for a test event for two minutes. A test hook older than this serves nobody. */
const TEST_ENDS_WITHIN_MS = 10 * 60_000;

/**
 * How often to find out again who responds at another address, in ms: whether someone still does, and
 * whether still nobody does.
 */
const ASK_AGAIN_AFTER_MS = { us: Infinity, someone: 24 * HOUR_MS, nobody: HOUR_MS };

/** For how long nobody must respond at another address before a hook there may be removed. */
const DEAD_AFTER_MS = 24 * HOUR_MS;

/** Who responded to Okta's verification of a hook that carries our mark at another address. */
export interface Elsewhere {
	/** This very node; nobody; or someone else: a copy of this n8n, or the one it was copied from. */
	who: 'us' | 'nobody' | 'someone';
	/** When that was found out, in ms since 1970. */
	askedAt: number;
	/** Since when nobody has responded there, in ms since 1970. */
	deadSince: number;
}

/** Everything that decides what happens to a node's event hooks. */
export interface Situation {
	/** `publish` and `unpublish` are a user's acts; `watch` is n8n's own. */
	occasion: 'publish' | 'watch' | 'unpublish';
	spec: HookSpec;
	/** All hooks of the org. */
	hooks: readonly EventHook[];
	/** The hook that this node registered, as far as n8n remembers. */
	knownId: string | undefined;
	/** What Okta responded to the last write of this process. */
	lastWrite: EventHook | undefined;
	/** Who responds at other addresses, by hook id. */
	elsewhere: ReadonlyMap<string, Elsewhere>;
	/** Whether a mark's secret is the one that n8n would accept without remembering anything. */
	isSecretCurrent: (mark: HookMark) => boolean;
	/** Whether n8n can make a secret that needs no memory. */
	canDerive: boolean;
	/** How many checks in a row, before this one, found no hook. */
	missedBefore: number;
	/** Whether a test of this node is running in this process. */
	isTestRunning: boolean;
	/** ms since 1970 */
	now: number;
}

/** The difference of a hook that changed in nothing that Okta returns. */
export const EDITED = 'it was edited';

export type Action =
	/** All is in order. */
	| { do: 'nothing'; hook?: EventHook }
	/** The hook is missing for the first time: look again before anything is done. */
	| { do: 'wait'; hook?: undefined }
	| { do: 'create'; hook?: undefined }
	/** Replace the hook in place, with a new secret, then activate and verify it. */
	| { do: 'replace'; hook: EventHook }
	/** Activate and verify the hook, which is right otherwise. */
	| { do: 'resume'; hook: EventHook }
	/** Something is wrong that n8n must not or cannot repair. */
	| { do: 'report'; hook?: EventHook; why: 'repairs are off' | 'no key' };

export interface Plan {
	/** Find out who responds at the addresses of these, then plan again. Nothing else is planned. */
	ask: EventHook[];
	action: Action;
	/** What is wrong with the hook of the action, as clauses: `it was deactivated`. */
	differences: string[];
	/** To be deactivated and deleted. */
	remove: EventHook[];
}

/** Whether Okta delivers to the hook: only to active and verified ones. */
export function isDelivering(hook: EventHook): boolean {
	return hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
}

function originOf(url: string): string | undefined {
	return URL.canParse(url) ? new URL(url).origin : undefined;
}

interface Sorted {
	/** At our address, the best first. */
	ours: EventHook[];
	/** With our mark at another address. */
	moved: EventHook[];
	/** Of tests in n8n's editor that nobody is listening to any more. */
	leftovers: EventHook[];
}

/**
 * The hooks at a node's address that carry no other owner's mark. An org may not return descriptions, so
 * one without a mark is ours too.
 */
export function findAtAddress(
	{ owner, uri }: HookIdentity,
	hooks: readonly EventHook[],
): EventHook[] {
	return hooks.filter((hook) => {
		const mark = parseMark(hook.description);
		return hook.uri === uri && (mark === undefined || mark.owner === fingerprint(owner));
	});
}

/** Our mark at another address says less than one at ours: a copy of n8n has the same owner. */
function sortHooks({ spec, hooks, knownId, isTestRunning, now }: Situation): Sorted {
	const owner = fingerprint(spec.owner);
	const isKept = ({ id }: EventHook) => Number(id === knownId);
	const isUp = (hook: EventHook) => Number(isDelivering(hook));
	const ours = findAtAddress(spec, hooks).sort(
		(one, other) => isKept(other) - isKept(one) || isUp(other) - isUp(one),
	);
	const sorted: Sorted = { ours, moved: [], leftovers: [] };
	for (const hook of hooks) {
		const mark = parseMark(hook.description);
		if (hook.uri === spec.uri || (mark !== undefined && mark.owner !== owner)) continue;
		if (mark?.isTest) {
			const isHere = originOf(hook.uri) === originOf(spec.uri);
			const isOld = now - Date.parse(hook.created) > TEST_ENDS_WITHIN_MS;
			if (isOld || (isHere && (spec.isTest || !isTestRunning))) sorted.leftovers.push(hook);
		} else if (!spec.isTest && (mark !== undefined || hook.id === knownId)) {
			sorted.moved.push(hook);
		}
	}
	return sorted;
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
	const [one, other] = [new Set(some), new Set(others)];
	return one.size === other.size && others.every((each) => one.has(each));
}

/** The condition for each event type, however it is spaced. */
function toTexts(filters: ReadonlyMap<string, string>): string[] {
	return [...filters].map(
		([eventType, condition]) => `${eventType} ${condition.replace(/\s+/g, ' ').trim()}`,
	);
}

function wantedFilters({ eventTypes, filterExpression }: HookSpec): Map<string, string> {
	if (filterExpression === undefined) return new Map();
	return new Map(eventTypes.map((eventType) => [eventType, filterExpression]));
}

/**
 * What is wrong with a hook at our address.
 *
 * What this process wrote is compared with what Okta responded then, not with what was sent: an org may
 * keep a field in another form, and would have n8n write again and again.
 */
function findDifferences(hook: EventHook, situation: Situation): string[] {
	const { spec, lastWrite, isSecretCurrent } = situation;
	const written = lastWrite?.id === hook.id ? lastWrite : undefined;
	const mark = parseMark(hook.description);
	const expected = {
		eventTypes: written?.eventTypes ?? spec.eventTypes,
		filters: written?.filters ?? wantedFilters(spec),
		authHeader: written ? written.authHeader : 'authorization',
	};
	const found: Array<[boolean, string]> = [
		[hook.status !== 'ACTIVE', 'it was deactivated'],
		[hook.verificationStatus !== 'VERIFIED', "it wasn't verified"],
		[!areSame(hook.eventTypes, expected.eventTypes), 'its event types were changed'],
		[!areSame(toTexts(hook.filters), toTexts(expected.filters)), 'its filter was changed'],
		[hook.authHeader !== expected.authHeader, 'its authentication header was changed'],
		[mark !== undefined && !isSecretCurrent(mark), 'its secret was out of date'],
	];
	const differences = found.filter(([isDifferent]) => isDifferent).map(([, text]) => text);
	// Okta never returns the secret: this is the only trace of another one.
	const isEdited = written !== undefined && hook.lastUpdated !== written.lastUpdated;
	return isEdited && differences.length === 0 ? [EDITED] : differences;
}

/** What a user's publishing does: whatever is ours gets a new secret. */
function planPublish({ ours, moved, leftovers }: Sorted, situation: Situation): Plan {
	const [hook, ...others] = [...ours, ...findDeserted(moved, situation)];
	return {
		ask: [],
		action: hook ? { do: 'replace', hook } : { do: 'create' },
		differences: [],
		remove: [...others, ...leftovers],
	};
}

/** Hooks at other addresses that serve nobody else. */
function findDeserted(moved: readonly EventHook[], { elsewhere }: Situation): EventHook[] {
	return moved.filter((hook) => !isDelivering(hook) || elsewhere.get(hook.id)?.who !== 'someone');
}

function planWatch({ ours, moved, leftovers }: Sorted, situation: Situation): Plan {
	const { spec, elsewhere, missedBefore, canDerive, lastWrite, now } = situation;
	const isDead = (hook: EventHook) => {
		const known = elsewhere.get(hook.id);
		return known?.who === 'nobody' && now - known.deadSince >= DEAD_AFTER_MS;
	};
	const delivering = moved.filter(isDelivering);
	const aliases = delivering.filter((hook) => elsewhere.get(hook.id)?.who === 'us');
	const idle = moved.filter((hook) => !isDelivering(hook));
	const dead = delivering.filter(isDead);

	const [hook = idle[0] ?? aliases[0], ...surplus] = ours;
	const remove = [...surplus, ...aliases.filter((each) => each !== hook), ...dead, ...leftovers];
	if (hook === undefined) {
		if (missedBefore === 0) return { ask: [], action: { do: 'wait' }, differences: [], remove };
		const action: Action = canDerive ? { do: 'create' } : { do: 'report', why: 'no key' };
		return { ask: [], action, differences: [], remove };
	}
	const differences =
		hook.uri === spec.uri ? findDifferences(hook, situation) : ['its URL was changed'];
	if (differences.length === 0) {
		return { ask: [], action: { do: 'nothing', hook }, differences, remove };
	}
	const isUntouched = hook.id === lastWrite?.id && hook.lastUpdated === lastWrite.lastUpdated;
	const isOnlyDown = differences.every((each) =>
		['it was deactivated', "it wasn't verified"].includes(each),
	);
	const resumes = isOnlyDown && (isUntouched || !canDerive);
	if (resumes) return { ask: [], action: { do: 'resume', hook }, differences, remove };
	const action: Action = canDerive
		? { do: 'replace', hook }
		: { do: 'report', hook, why: 'no key' };
	return { ask: [], action, differences, remove };
}

/** The same plan for a user who wants to know, and nothing else. */
function withoutRepairs(plan: Plan): Plan {
	const { action } = plan;
	if (action.do === 'nothing' || action.do === 'wait') return { ...plan, ask: [], remove: [] };
	return {
		...plan,
		ask: [],
		action: { do: 'report', hook: action.hook, why: 'repairs are off' },
		remove: [],
	};
}

/** Which hooks at other addresses to find out about before anything else is planned. */
function findUnknown(moved: readonly EventHook[], situation: Situation): EventHook[] {
	const { occasion, elsewhere, now } = situation;
	return moved.filter(isDelivering).filter(({ id }) => {
		const known = elsewhere.get(id);
		if (known === undefined) return true;
		return occasion === 'watch' && now - known.askedAt >= ASK_AGAIN_AFTER_MS[known.who];
	});
}

/**
 * What to do so that Okta has what the node wants, and nothing else of it.
 *
 * An active, verified hook at another address is never moved while someone else responds there: it
 * belongs to a copy of this n8n, or to the original of this copy.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function reconcile(situation: Situation): Plan {
	const { occasion, spec } = situation;
	const sorted = sortHooks(situation);
	if (occasion === 'watch' && !spec.isRepaired) return withoutRepairs(planWatch(sorted, situation));
	const ask = findUnknown(sorted.moved, situation);
	if (ask.length > 0) return { ask, action: { do: 'nothing' }, differences: [], remove: [] };
	if (occasion === 'publish') return planPublish(sorted, situation);
	if (occasion === 'watch') return planWatch(sorted, situation);
	const { ours, moved, leftovers } = sorted;
	return {
		ask: [],
		action: { do: 'nothing' },
		differences: [],
		remove: [...ours, ...findDeserted(moved, situation), ...leftovers],
	};
}
