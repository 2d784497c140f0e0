import type { EventHook } from '../okta/types';
import type { HookIdentity, HookSpec } from './hookSpec';
import { fingerprint, parseMark } from './mark';
import type { HookMark } from './mark';

const HOUR_MS = 3_600_000;

/** n8n listens for a test event for two minutes. A test hook older than this is no longer used. */
const MAX_TEST_AGE_MS = 10 * 60_000;

/** How long to rely on a probe of another address, in ms, by who responded. */
const PROBE_AGAIN_AFTER_MS = { self: Infinity, other: 24 * HOUR_MS, none: HOUR_MS };

/** How long an address must be unresponsive before its hook may be deleted. */
const DEAD_AFTER_MS = 24 * HOUR_MS;

/** Who responded when Okta verified a hook with our mark at another address. */
export interface Probe {
	/** `self` is this node. `other` is a copy of this n8n instance, or the one it was copied from. */
	responder: 'self' | 'none' | 'other';
	/** When it was probed, in ms since 1970. */
	probedAt: number;
	/** When no one was first found to respond, in ms since 1970. */
	deadSince: number;
}

/** Everything that determines what happens to a node's event hooks. */
export interface PlanInput {
	/** Users publish and unpublish. n8n watches. */
	operation: 'publish' | 'watch' | 'unpublish';
	spec: HookSpec;
	/** All hooks of the org. */
	hooks: readonly EventHook[];
	/** ID of the hook that this node registered, if n8n knows it. */
	knownId: string | undefined;
	/** The hook as Okta returned it for this process's last write. */
	lastWrite: EventHook | undefined;
	/** Who responds at other addresses, by hook ID. */
	probes: ReadonlyMap<string, Probe>;
	/** Whether a mark's secret is the one that n8n would accept without any stored data. */
	isSecretCurrent: (mark: HookMark) => boolean;
	/** Whether n8n can derive the hook's secret from the credential. */
	canDerive: boolean;
	/** How many consecutive checks before this one found no hook. */
	checksWithoutHook: number;
	/** Whether a test of this node is running in this process. */
	isTestRunning: boolean;
	/** ms since 1970 */
	now: number;
}

/** Reported if only `lastUpdated` shows that a hook was edited. */
export const EDITED = 'it was edited';

export type Action =
	/** Nothing is wrong. */
	| { do: 'nothing'; hook?: EventHook }
	/** The hook is missing for the first time. Check again before doing anything. */
	| { do: 'wait'; hook?: undefined }
	| { do: 'create'; hook?: undefined }
	/** Replace the hook in place, with a new secret, then activate and verify it. */
	| { do: 'replace'; hook: EventHook }
	/** Activate and verify the hook, which is otherwise correct. */
	| { do: 'resume'; hook: EventHook }
	/** Something is wrong that n8n must not or can't repair. */
	| { do: 'report'; hook?: EventHook; why: 'repairs are off' | 'no key' };

export interface Plan {
	/** Hooks whose addresses to probe before planning again. If there are any, nothing else is planned. */
	probe: EventHook[];
	action: Action;
	/** What is wrong with the action's hook, as clauses: `it was deactivated`. */
	differences: string[];
	/** Hooks to deactivate and delete. */
	remove: EventHook[];
}

/** Whether Okta delivers events to the hook: it must be active and verified. */
export function isDelivering(hook: EventHook): boolean {
	return hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
}

/**
 * Whether another n8n instance may use a hook at another address. No one responded when n8n probed it, so Okta
 * may no longer consider it verified, although it delivered events until then.
 */
function isInUse(hook: EventHook, probes: PlanInput['probes']): boolean {
	if (isDelivering(hook)) return true;
	return hook.status === 'ACTIVE' && probes.get(hook.id)?.responder === 'none';
}

function originOf(url: string): string | undefined {
	return URL.canParse(url) ? new URL(url).origin : undefined;
}

interface ClassifiedHooks {
	/** At our address, best first. */
	ours: EventHook[];
	/** With our mark at another address. */
	moved: EventHook[];
	/** Left over from tests in n8n's editor that have ended. */
	leftovers: EventHook[];
}

/**
 * The hooks at a node's address without another owner's mark. Since an org may not return descriptions, hooks
 * without any mark are ours too.
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

/** Lists hooks with our mark at other addresses separately, since a copy of n8n has the same owner. */
function classifyHooks({ spec, hooks, knownId, isTestRunning, now }: PlanInput): ClassifiedHooks {
	const owner = fingerprint(spec.owner);
	const isKnown = ({ id }: EventHook) => Number(id === knownId);
	const delivers = (hook: EventHook) => Number(isDelivering(hook));
	const ours = findAtAddress(spec, hooks).sort(
		(one, other) => isKnown(other) - isKnown(one) || delivers(other) - delivers(one),
	);
	const classified: ClassifiedHooks = { ours, moved: [], leftovers: [] };
	for (const hook of hooks) {
		const mark = parseMark(hook.description);
		if (hook.uri === spec.uri || (mark !== undefined && mark.owner !== owner)) continue;
		if (mark?.isTest) {
			const isHere = originOf(hook.uri) === originOf(spec.uri);
			const isOld = now - Date.parse(hook.created) > MAX_TEST_AGE_MS;
			if (isOld || (isHere && (spec.isTest || !isTestRunning))) classified.leftovers.push(hook);
		} else if (!spec.isTest && (mark !== undefined || hook.id === knownId)) {
			classified.moved.push(hook);
		}
	}
	return classified;
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
	const [one, other] = [new Set(some), new Set(others)];
	return one.size === other.size && others.every((each) => one.has(each));
}

/** The condition for each event type, with normalized whitespace. */
function normalizeFilters(filters: ReadonlyMap<string, string>): string[] {
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
 * Compares a hook that this process wrote with what Okta returned then, not with what n8n sent. Otherwise, n8n
 * would keep rewriting hooks in an org that stores a field in another form.
 */
function findDifferences(hook: EventHook, input: PlanInput): string[] {
	const { spec, lastWrite, isSecretCurrent } = input;
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
		[
			!areSame(normalizeFilters(hook.filters), normalizeFilters(expected.filters)),
			'its filter was changed',
		],
		[hook.authHeader !== expected.authHeader, 'its authentication header was changed'],
		[mark !== undefined && !isSecretCurrent(mark), 'its secret was out of date'],
	];
	const differences = found.filter(([isDifferent]) => isDifferent).map(([, text]) => text);
	// Okta never returns the secret, so this is the only sign of a changed one.
	const isEdited = written !== undefined && hook.lastUpdated !== written.lastUpdated;
	return isEdited && differences.length === 0 ? [EDITED] : differences;
}

/** The plan when a user publishes: if there's a hook of ours, it gets a new secret. */
function planPublish({ ours, moved, leftovers }: ClassifiedHooks, input: PlanInput): Plan {
	const [hook, ...others] = [...ours, ...findAbandoned(moved, input)];
	return {
		probe: [],
		action: hook ? { do: 'replace', hook } : { do: 'create' },
		differences: [],
		remove: [...others, ...leftovers],
	};
}

/** Hooks at other addresses that no one else uses. */
function findAbandoned(moved: readonly EventHook[], { probes }: PlanInput): EventHook[] {
	return moved.filter((hook) => !isDelivering(hook) || probes.get(hook.id)?.responder !== 'other');
}

function planWatch({ ours, moved, leftovers }: ClassifiedHooks, input: PlanInput): Plan {
	const { spec, probes, checksWithoutHook, canDerive, lastWrite, now } = input;
	const isDead = (hook: EventHook) => {
		const known = probes.get(hook.id);
		return known?.responder === 'none' && now - known.deadSince >= DEAD_AFTER_MS;
	};
	const inUse = moved.filter((hook) => isInUse(hook, probes));
	const aliases = inUse.filter((hook) => probes.get(hook.id)?.responder === 'self');
	const idle = moved.filter((hook) => !inUse.includes(hook));
	const dead = inUse.filter(isDead);

	const [hook = idle[0] ?? aliases[0], ...surplus] = ours;
	const remove = [...surplus, ...aliases.filter((each) => each !== hook), ...dead, ...leftovers];
	if (hook === undefined) {
		if (checksWithoutHook === 0)
			return { probe: [], action: { do: 'wait' }, differences: [], remove };
		const action: Action = canDerive ? { do: 'create' } : { do: 'report', why: 'no key' };
		return { probe: [], action, differences: [], remove };
	}
	const differences =
		hook.uri === spec.uri ? findDifferences(hook, input) : ['its URL was changed'];
	if (differences.length === 0) {
		return { probe: [], action: { do: 'nothing', hook }, differences, remove };
	}
	const isUntouched = hook.id === lastWrite?.id && hook.lastUpdated === lastWrite.lastUpdated;
	const isOnlyInactive = differences.every((each) =>
		['it was deactivated', "it wasn't verified"].includes(each),
	);
	const canResume = isOnlyInactive && (isUntouched || !canDerive);
	if (canResume) return { probe: [], action: { do: 'resume', hook }, differences, remove };
	const action: Action = canDerive
		? { do: 'replace', hook }
		: { do: 'report', hook, why: 'no key' };
	return { probe: [], action, differences, remove };
}

/** The plan for a user who wants to be notified but turned repairs off. */
function withoutRepairs(plan: Plan): Plan {
	const { action } = plan;
	if (action.do === 'nothing' || action.do === 'wait') return { ...plan, probe: [], remove: [] };
	return {
		...plan,
		probe: [],
		action: { do: 'report', hook: action.hook, why: 'repairs are off' },
		remove: [],
	};
}

/** Hooks at other addresses to probe before anything else is planned. */
function findUnprobed(moved: readonly EventHook[], input: PlanInput): EventHook[] {
	const { operation, probes, now } = input;
	return moved.filter((hook) => {
		if (!isInUse(hook, probes)) return false;
		const known = probes.get(hook.id);
		if (known === undefined) return true;
		return operation === 'watch' && now - known.probedAt >= PROBE_AGAIN_AFTER_MS[known.responder];
	});
}

/**
 * Plans what to do so that Okta has exactly the hook that the node needs.
 *
 * Never moves an active, verified hook at another address while another n8n instance responds there: it belongs
 * to a copy of this instance, or to the one it was copied from.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function reconcile(input: PlanInput): Plan {
	const { operation, spec } = input;
	const classified = classifyHooks(input);
	if (operation === 'watch' && !spec.repairsHook)
		return withoutRepairs(planWatch(classified, input));
	const probe = findUnprobed(classified.moved, input);
	if (probe.length > 0) return { probe, action: { do: 'nothing' }, differences: [], remove: [] };
	if (operation === 'publish') return planPublish(classified, input);
	if (operation === 'watch') return planWatch(classified, input);
	const { ours, moved, leftovers } = classified;
	return {
		probe: [],
		action: { do: 'nothing' },
		differences: [],
		remove: [...ours, ...findAbandoned(moved, input), ...leftovers],
	};
}
