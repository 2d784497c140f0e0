import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugValueOf } from './event';
import { logOnlySecurityDataOf, securityContextOf, withoutBraces } from './securityData';

export const RISK_LEVELS = ['LOW', 'MEDIUM', 'HIGH'] as const;

export type RiskLevel = (typeof RISK_LEVELS)[number];

/** Okta's risk assessment of an event. Values that Okta left out are null. */
export interface Risk {
	level: RiskLevel | null;
	/** E.g. `Anomalous Location`. */
	reasons: string[] | null;
}

/** Where a value starts: `reasons` can contain commas, so a comma alone doesn't end one. */
const KEY = /(?:^|, ?)([a-z]\w*)=/g;

/** The values in a string like `reasons=Anomalous Location, Anomalous Device, level=HIGH`, by key. */
function readPairs(text: string): Map<string, string> {
	const keys = [...text.matchAll(KEY)];
	return new Map(
		keys.map((key, index) => [
			key[1],
			text.slice(key.index + key[0].length, keys[index + 1]?.index),
		]),
	);
}

function toLevel(value: unknown): RiskLevel | null {
	const level = typeof value === 'string' ? value.toUpperCase() : undefined;
	return RISK_LEVELS.find((each) => each === level) ?? null;
}

function toReasons(value: unknown): string[] | null {
	const reasons: unknown[] = typeof value === 'string' ? value.split(',') : [];
	const list = Array.isArray(value) ? (value as unknown[]) : reasons;
	const names = list
		.filter((reason) => typeof reason === 'string')
		.map((reason) => reason.trim())
		.filter((reason) => reason !== '');
	return names.length > 0 ? names : null;
}

/** The level in a string. Reading only the level is faster, and this can run for every event. */
const LEVEL = /(?:^[^{]*\{ ?|, ?)level=(\w+)(?:,|\}[^}]*$)/;

function readLevel(value: unknown): RiskLevel | null {
	if (isRecord(value)) return toLevel(value.level);
	return typeof value === 'string' ? toLevel(LEVEL.exec(value)?.[1]) : null;
}

function readReasons(value: unknown): string[] | null {
	if (isRecord(value)) return toReasons(value.reasons);
	return toReasons(readPairs(withoutBraces(value) ?? '').get('reasons'));
}

/** The risk level; null if the event doesn't report one. */
export function riskLevelOf(event: LogEvent): RiskLevel | null {
	return (
		readLevel(securityContextOf(event).risk) ??
		readLevel(debugValueOf(event, 'risk')) ??
		readLevel(logOnlySecurityDataOf(event).risk)
	);
}

/**
 * The risk that Okta assessed. Okta sends it as an object in the security context, as text in the debug data,
 * e.g. `{reasons=Anomalous Location, Anomalous Device, level=HIGH}`, or as JSON in `logOnlySecurityData`.
 *
 * @param logOnly the event's `logOnlySecurityData`, parsed
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export function riskOf(event: LogEvent, logOnly = logOnlySecurityDataOf(event)): Risk {
	const sources = [securityContextOf(event).risk, debugValueOf(event, 'risk'), logOnly.risk];
	const level = sources.map(readLevel).find((each) => each !== null) ?? null;
	const rated = sources.filter((source) => readLevel(source) === level);
	const unrated = sources.filter((source) => readLevel(source) === null);
	const reasons = [...rated, ...unrated].map(readReasons).find((each) => each !== null);
	return { level, reasons: reasons ?? null };
}
