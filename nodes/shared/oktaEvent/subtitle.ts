import { MORE_FILTERS } from './filter';
import type { Filter } from './filter';
import { OTHER } from './otherOption';

/**
 * A JavaScript expression for the names of the selected options in a list.
 *
 * @param listName the list's parameter name
 * @param options the list's options
 * @param details `otherName` is the name of the field that the list's 'Other' option shows, if it has one.
 * `isInMoreFilters` is whether the list is in the 'More Filters' collection.
 */
export function selectedNames(
	listName: string,
	options: ReadonlyArray<{ name: string; value: string }>,
	{ otherName, isInMoreFilters = false }: { otherName?: string; isInMoreFilters?: boolean } = {},
): string {
	const names = JSON.stringify(options.map(({ name, value }) => [value, name]));
	const fields = isInMoreFilters ? `($parameter["${MORE_FILTERS}"] || {})` : '$parameter';
	const list = `[].concat(${fields}["${listName}"] || [])`;
	const other = JSON.stringify(OTHER);
	// n8n doesn't evaluate expressions in a collection.
	const selected = `${list}.filter((value) => value !== ${other} && !String(value).startsWith("=")).map((value) => (${names}.find(([known]) => known === value) || [value, value])[1])`;
	if (otherName === undefined) return selected;
	return `${selected}.concat(${list}.includes(${other}) ? $parameter["${otherName}"] || "Other" : [])`;
}

/**
 * An n8n expression for the text below the node's name in the workflow, which shows the filters, e.g. "Failure
 * · Okta Verify Push". It can't contain two braces in a row, because they would end the expression.
 *
 * @see https://docs.n8n.io/integrations/creating-nodes/build/reference/node-base-files/standard-parameters/
 */
export function subtitleOf(filters: readonly Filter[]): string {
	const parts = filters.map(({ subtitle }) => subtitle).join(', ');
	return `={{ [].concat(${parts}).join(" · ") || "Every event" }}`;
}
