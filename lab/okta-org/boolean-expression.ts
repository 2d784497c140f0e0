export type Predicate<T> = (value: T) => boolean;

export interface ExpressionGrammar<T> {
	and: RegExp;
	or: RegExp;
	/** Parses the condition at the start of the text. Returns `undefined` if it isn't supported. */
	condition(text: string): { length: number; test: Predicate<T> } | undefined;
}

export class ExpressionError extends Error {}

/**
 * Parses conditions joined by "and", "or" (which has lower precedence), and parentheses.
 *
 * @throws {ExpressionError} for anything else, because guessing would hide mistakes
 */
export function parseExpression<T>(text: string, grammar: ExpressionGrammar<T>): Predicate<T> {
	let rest = text.trim();

	const consume = (length: number): void => {
		rest = rest.slice(length).trimStart();
	};
	const accept = (pattern: RegExp): boolean => {
		const match = pattern.exec(rest);
		if (match?.index !== 0) return false;
		consume(match[0].length);
		return true;
	};

	const operand = (): Predicate<T> => {
		if (accept(/\(/)) {
			const inner = disjunction();
			if (!accept(/\)/)) throw new ExpressionError(`")" expected at "${rest}"`);
			return inner;
		}
		const condition = grammar.condition(rest);
		if (!condition) throw new ExpressionError(`Not understood: "${rest}"`);
		consume(condition.length);
		return condition.test;
	};
	const conjunction = (): Predicate<T> => {
		const operands = [operand()];
		while (accept(grammar.and)) operands.push(operand());
		return (value) => operands.every((test) => test(value));
	};
	const disjunction = (): Predicate<T> => {
		const operands = [conjunction()];
		while (accept(grammar.or)) operands.push(conjunction());
		return (value) => operands.some((test) => test(value));
	};

	const predicate = disjunction();
	if (rest !== '') throw new ExpressionError(`Not understood: "${rest}"`);
	return predicate;
}

/** The value at a dotted path, or `undefined` if part of the path is missing. */
export function valueAt(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(current, key) =>
				typeof current === 'object' && current !== null && Object.hasOwn(current, key)
					? (current as Record<string, unknown>)[key]
					: undefined,
			value,
		);
}
