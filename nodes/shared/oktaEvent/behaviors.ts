import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';
import { logOnlySecurityDataOf, securityContextOf, withoutBraces } from './securityData';

const RESULTS = ['POSITIVE', 'NEGATIVE', 'UNKNOWN', 'BAD_REQUEST'] as const;

/** Whether the user did what a behavior describes; the last two say that Okta doesn't know. */
export type BehaviorResult = (typeof RESULTS)[number];

/** Results by the behavior's name. */
export type Behaviors = Map<string, BehaviorResult>;

function isResult(value: unknown): value is BehaviorResult {
	return RESULTS.some((result) => result === value);
}

/** The result that stands at a position of a text and ends there, or undefined. */
function resultAt(text: string, position: number): BehaviorResult | undefined {
	for (const result of RESULTS) {
		if (!text.startsWith(result, position)) continue;
		const end = position + result.length;
		if (end === text.length || text[end] === ',') return result;
	}
	return undefined;
}

/**
 * Reads a text like `New Device=POSITIVE, New IP=NEGATIVE`. A name can have commas and equals signs, so only a
 * result ends one. Without regular expressions it takes half the time, and each delivery may need it.
 */
function readText(text: string): Behaviors {
	const behaviors: Behaviors = new Map();
	let start = 0;
	for (let equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
		const result = resultAt(text, equals + 1);
		if (result === undefined) continue;
		behaviors.set(text.slice(start, equals), result);
		start = equals + 1 + result.length + 1;
		if (text[start] === ' ') start += 1;
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
