import { parseExpression, valueAt, type Predicate } from './boolean-expression';
import type { LogEntity, LogEvent } from './log-event';

const AND = /^(?:&&|and\b|AND\b)/;
const OR = /^(?:\|\||or\b|OR\b)/;

/** A quoted string. Quotes inside it are doubled. */
const TEXT = String.raw`'(?:[^']|'')*'|"(?:[^"]|"")*"`;
const OPERATOR = String.raw`==|eq\b|!=|ne\b`;

/** The fields that event hook filters can use. */
const FIELDS = [
	'eventType',
	'outcome\\.(?:reason|result)',
	'actor\\.(?:id|type|alternateId|displayName)',
	'debugData\\.changedAttributes',
].join('|');

const COMPARISON = new RegExp(`^event\\.(${FIELDS})\\s*(${OPERATOR})\\s*(${TEXT}|null\\b)`);
const CONTAINS = new RegExp(`^event\\.(${FIELDS})\\.contains\\(\\s*(${TEXT})\\s*\\)`);

/** `event.target.?[type eq 'User' && id eq '00u1'].size()>0`: whether any target matches. */
const SOME_TARGET = new RegExp(
	`^event\\.target\\.\\?\\[((?:[^\\]'"]|${TEXT})*)\\]\\.size\\(\\)\\s*>\\s*0`,
);
const TARGET_COMPARISON = new RegExp(
	`^(id|type|alternateId|displayName)\\s*(${OPERATOR})\\s*(${TEXT})`,
);

/**
 * Parses the condition of an event hook filter. Supports the fields, operators, and functions of the Okta
 * Expression Language that Okta documents or uses for event hooks, and rejects anything else.
 *
 * @see https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm
 */
export function parseHookFilter(expression: string): Predicate<LogEvent> {
	return parseExpression<LogEvent>(expression, {
		and: AND,
		or: OR,
		condition(rest) {
			const comparison = COMPARISON.exec(rest);
			if (comparison) {
				const [{ length }, field, operator, text] = comparison;
				const matches = comparator(operator, text);
				return { length, test: (event) => matches(valueAt(event, field)) };
			}
			const contains = CONTAINS.exec(rest);
			if (contains) {
				const [{ length }, field, text] = contains;
				const part = unquote(text);
				return { length, test: (event) => String(valueAt(event, field) ?? '').includes(part) };
			}
			const someTarget = SOME_TARGET.exec(rest);
			if (someTarget) {
				const [{ length }, selection] = someTarget;
				const isSelected = parseSelection(selection);
				return { length, test: (event) => (event.target ?? []).some(isSelected) };
			}
			return undefined;
		},
	});
}

function parseSelection(selection: string): Predicate<LogEntity> {
	return parseExpression<LogEntity>(selection, {
		and: AND,
		or: OR,
		condition(rest) {
			const comparison = TARGET_COMPARISON.exec(rest);
			if (!comparison) return undefined;
			const [{ length }, field, operator, text] = comparison;
			const matches = comparator(operator, text);
			return { length, test: (target) => matches(valueAt(target, field)) };
		},
	});
}

function unquote(text: string): string {
	const quote = text[0];
	return text.slice(1, -1).replaceAll(quote + quote, quote);
}

function comparator(operator: string, text: string): (value: unknown) => boolean {
	const expected = text === 'null' ? null : unquote(text);
	return operator === '==' || operator === 'eq'
		? (value) => (value ?? null) === expected
		: (value) => (value ?? null) !== expected;
}
