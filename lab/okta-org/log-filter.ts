import { parseExpression, valueAt, type Predicate } from './boolean-expression';
import type { LogEvent } from './log-event';

const ATTRIBUTES = new Set([
	'actor.alternateId',
	'actor.id',
	'eventType',
	'outcome.result',
	'severity',
	'uuid',
]);

/**
 * Parses the `filter` of a System Log query: `attribute eq "value"`, joined by `and`, `or`, and parentheses.
 * Okta supports more attributes and operators, which are rejected here.
 *
 * @see https://developer.okta.com/docs/reference/system-log-query/
 */
export function parseLogFilter(text: string): Predicate<LogEvent> {
	return parseExpression<LogEvent>(text, {
		and: /^and\b/,
		or: /^or\b/,
		condition(rest) {
			const match = /^([a-zA-Z.]+)\s+eq\s+("(?:[^"\\]|\\.)*")/.exec(rest);
			if (!match || !ATTRIBUTES.has(match[1])) return undefined;
			const expected: unknown = JSON.parse(match[2]);
			return { length: match[0].length, test: (event) => valueAt(event, match[1]) === expected };
		},
	});
}
