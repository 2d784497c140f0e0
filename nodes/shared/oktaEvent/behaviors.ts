import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugValueOf } from './event';
import { logOnlySecurityDataOf, securityContextOf } from './securityData';
import type { SecurityData } from './securityData';

const RESULTS = ['POSITIVE', 'NEGATIVE', 'UNKNOWN', 'BAD_REQUEST'] as const;

/** Whether the user showed a behavior. The last two mean that Okta doesn't know. */
export type BehaviorResult = (typeof RESULTS)[number];

/** Results by behavior name. */
export type Behaviors = Map<string, BehaviorResult>;

/** Receives a result, and the slice of a string that is the behavior's name. */
type Add = (result: BehaviorResult, text: string, start: number, end: number) => void;

function isResult(value: unknown): value is BehaviorResult {
	return RESULTS.some((result) => result === value);
}

/** Results by the code of their first letter. */
const BY_LETTER = new Map(RESULTS.map((result) => [result.charCodeAt(0), result]));

const COMMA = ','.charCodeAt(0);
const SPACE = ' '.charCodeAt(0);

/** The result at a position in a string; undefined if there isn't a complete one. */
function resultAt(text: string, position: number, textEnd: number): BehaviorResult | undefined {
	const result = BY_LETTER.get(text.charCodeAt(position));
	if (result === undefined || !text.startsWith(result, position)) return undefined;
	const end = position + result.length;
	return end === textEnd || text.charCodeAt(end) === COMMA ? result : undefined;
}

/**
 * Reads a string like `{New Device=POSITIVE, New IP=NEGATIVE}`. Names can contain commas and equals signs, so
 * only a result ends one. Avoids regular expressions and substrings, which take twice as long: this can run
 * for every event.
 *
 * @returns whether it found any behaviors
 */
function readText(text: string, add: Add): boolean {
	const first = text.indexOf('{') + 1;
	const end = text.lastIndexOf('}');
	if (first === 0) return false;
	let start = first;
	for (
		let equals = text.indexOf('=', start);
		equals >= 0 && equals < end;
		equals = text.indexOf('=', equals + 1)
	) {
		const result = resultAt(text, equals + 1, end);
		if (result === undefined) continue;
		add(result, text, start, equals);
		start = equals + 1 + result.length + 1;
		if (text.charCodeAt(start) === SPACE) start += 1;
	}
	return start > first;
}

function readList(list: unknown[], add: Add): boolean {
	let isFound = false;
	for (const entry of list) {
		if (!isRecord(entry) || typeof entry.name !== 'string' || !isResult(entry.result)) continue;
		add(entry.result, entry.name, 0, entry.name.length);
		isFound = true;
	}
	return isFound;
}

/** @returns whether it found any behaviors */
function readBehaviors(value: unknown, add: Add): boolean {
	if (typeof value === 'string') return readText(value, add);
	if (Array.isArray(value)) return readList(value, add);
	if (!isRecord(value)) return false;
	return readList(
		Object.entries(value).map(([name, result]) => ({ name, result })),
		add,
	);
}

/** Reads the first of Okta's sources that has any behaviors. */
function read(event: LogEvent, add: Add, logOnly?: SecurityData): void {
	if (readBehaviors(securityContextOf(event).userBehaviors, add)) return;
	if (readBehaviors(debugValueOf(event, 'behaviors'), add)) return;
	readBehaviors((logOnly ?? logOnlySecurityDataOf(event)).behaviors, add);
}

/**
 * The results of Okta's behavior detection. Okta sends them as a list in the security context, as text in the
 * debug data, e.g. `{New Device=POSITIVE, New IP=NEGATIVE}`, or as JSON in `logOnlySecurityData`.
 *
 * @param logOnly the event's `logOnlySecurityData` if it's already parsed
 * @returns an empty map if the event doesn't report behaviors
 * @see https://help.okta.com/oie/en-us/content/topics/security/behavior-detection/about-behavior-detection.htm
 */
export function behaviorsOf(event: LogEvent, logOnly?: SecurityData): Behaviors {
	const behaviors: Behaviors = new Map();
	const add: Add = (result, text, start, end) => behaviors.set(text.slice(start, end), result);
	read(event, add, logOnly);
	return behaviors;
}

/** The names of the behaviors that the user showed. Twice as fast as reading all results. */
export function positiveBehaviorsOf(event: LogEvent): string[] {
	const names: string[] = [];
	read(event, (result, text, start, end) => {
		if (result === 'POSITIVE') names.push(text.slice(start, end));
	});
	return names;
}
