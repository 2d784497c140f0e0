import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';
import { logOnlySecurityDataOf, securityContextOf, withoutBraces } from './securityData';

const RESULTS = ['POSITIVE', 'NEGATIVE', 'UNKNOWN', 'BAD_REQUEST'] as const;

/** Whether the user did what a behavior describes; the last two say that Okta doesn't know. */
export type BehaviorResult = (typeof RESULTS)[number];

/** Results by the behavior's name. */
export type Behaviors = Map<string, BehaviorResult>;

/** How an entry of Okta's text ends. A behavior's name can have commas and equals signs. */
const RESULT = /=(POSITIVE|NEGATIVE|UNKNOWN|BAD_REQUEST)(?:, ?|$)/g;

function isResult(value: unknown): value is BehaviorResult {
	return RESULTS.some((result) => result === value);
}

/** Reads a text like `New Device=POSITIVE, New IP=NEGATIVE`. */
function readText(text: string): Behaviors {
	const behaviors: Behaviors = new Map();
	let start = 0;
	for (const match of text.matchAll(RESULT)) {
		behaviors.set(text.slice(start, match.index), match[1] as BehaviorResult);
		start = match.index + match[0].length;
	}
	return behaviors;
}

function readList(list: unknown[]): Behaviors {
	const behaviors: Behaviors = new Map();
	for (const entry of list) {
		if (!isRecord(entry) || typeof entry.name !== 'string' || !isResult(entry.result)) continue;
		behaviors.set(entry.name, entry.result);
	}
	return behaviors;
}

function readBehaviors(value: unknown): Behaviors {
	if (Array.isArray(value)) return readList(value);
	if (!isRecord(value)) return readText(withoutBraces(value) ?? '');
	return readList(Object.entries(value).map(([name, result]) => ({ name, result })));
}

/**
 * What Okta's behavior detection found: as a list in the security context, as text in the debug data, e.g.
 * `{New Device=POSITIVE, New IP=NEGATIVE}`, or as JSON in `logOnlySecurityData`.
 *
 * @returns empty if the event doesn't say
 * @see https://help.okta.com/oie/en-us/content/topics/security/behavior-detection/about-behavior-detection.htm
 */
export function behaviorsOf(event: LogEvent): Behaviors {
	const found = readBehaviors(securityContextOf(event).userBehaviors);
	if (found.size > 0) return found;
	const inDebugData = readBehaviors(debugDataOf(event).behaviors);
	if (inDebugData.size > 0) return inDebugData;
	return readBehaviors(logOnlySecurityDataOf(event).behaviors);
}
