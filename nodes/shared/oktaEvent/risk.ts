import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';
import { logOnlySecurityDataOf, securityContextOf, withoutBraces } from './securityData';

export const RISK_LEVELS = ['LOW', 'MEDIUM', 'HIGH'] as const;

export type RiskLevel = (typeof RISK_LEVELS)[number];

/** Okta's assessment of an event. What it left out is null. */
export interface Risk {
	level: RiskLevel | null;
	/** E.g. `Anomalous Location`. */
	reasons: string[] | null;
}

/** Where a value begins: `reasons` can contain commas, so a comma alone doesn't end one. */
const KEY = /(?:^|, ?)([a-z]\w*)=/g;

/** The values in a text like `reasons=Anomalous Location, Anomalous Device, level=HIGH`, by key. */
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
	const texts = list
		.filter((reason) => typeof reason === 'string')
		.map((reason) => reason.trim())
		.filter((reason) => reason !== '');
	return texts.length > 0 ? texts : null;
}

function readRisk(value: unknown): Risk {
	if (isRecord(value)) return { level: toLevel(value.level), reasons: toReasons(value.reasons) };
	const pairs = readPairs(withoutBraces(value) ?? '');
	return { level: toLevel(pairs.get('level')), reasons: toReasons(pairs.get('reasons')) };
}

/**
 * The risk that Okta assessed: as an object in the security context, as text in the debug data, e.g.
 * `{reasons=Anomalous Location, Anomalous Device, level=HIGH}`, or as JSON in `logOnlySecurityData`.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export function riskOf(event: LogEvent): Risk {
	const found = readRisk(securityContextOf(event).risk);
	if (found.level !== null) return found;
	const inDebugData = readRisk(debugDataOf(event).risk);
	if (inDebugData.level !== null) return inDebugData;
	const logOnly = readRisk(logOnlySecurityDataOf(event).risk);
	if (logOnly.level !== null) return logOnly;
	return [found, inDebugData].find(({ reasons }) => reasons !== null) ?? logOnly;
}
