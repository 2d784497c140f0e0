import { parseExpression, valueAt, type Predicate } from './boolean-expression';
import type { LogEvent } from './log-event';

const COMPARISON = /^event\.([\w.]+)\s*(==|eq\b|!=|ne\b)\s*('[^']*'|"[^"]*")/;

/** `event.target.?[type eq 'User'].size()>0`: whether any target is like that. */
const SOME_TARGET =
	/^event\.target\.\?\[\s*(\w+)\s*(==|eq\b|!=|ne\b)\s*('[^']*'|"[^"]*")\s*\]\.size\(\)\s*>\s*0/;

/**
 * Reads the condition of an event hook filter: the part of the Okta Expression Language that Okta's
 * own examples use. Anything else is refused.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/#create-an-event-hook-filter
 */
export function parseHookFilter(expression: string): Predicate<LogEvent> {
	return parseExpression<LogEvent>(expression, {
		and: /^(?:&&|and\b|AND\b)/,
		or: /^(?:\|\||or\b|OR\b)/,
		condition(rest) {
			const comparison = COMPARISON.exec(rest);
			if (comparison) {
				const matches = comparator(comparison[2], comparison[3]);
				return {
					length: comparison[0].length,
					test: (event) => matches(valueAt(event, comparison[1])),
				};
			}
			const target = SOME_TARGET.exec(rest);
			if (target) {
				const matches = comparator(target[2], target[3]);
				return {
					length: target[0].length,
					test: (event) => (event.target ?? []).some((entry) => matches(valueAt(entry, target[1]))),
				};
			}
			return undefined;
		},
	});
}

function comparator(operator: string, literal: string): (value: unknown) => boolean {
	const expected = literal.slice(1, -1);
	return operator === '==' || operator === 'eq'
		? (value) => value === expected
		: (value) => value !== expected;
}
