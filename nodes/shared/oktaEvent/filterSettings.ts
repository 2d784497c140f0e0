import type { INodeProperties } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { operationError } from '../errors';
import { isRecord } from '../isRecord';
import { parameterText } from '../parameterText';
import { readParameter } from '../readParameter';
import { splitList } from '../splitList';
import { MORE_FILTERS } from './filter';
import type { Filter, FilterSettings } from './filter';
import { hasOther, listShowing } from './otherOption';

/** A field of a filter. */
interface Field {
	parameter: INodeProperties;
	isInMoreFilters: boolean;
	/** The index of the list whose 'Other' option shows the field; -1 if it's always shown. */
	listIndex: number;
}

function toFields(filters: readonly Filter[]): Field[] {
	const fields: Field[] = [];
	for (const { parameters, isInMoreFilters = false } of filters) {
		for (const parameter of parameters) {
			const listName = listShowing(parameter);
			const listIndex = fields.findIndex((field) => field.parameter.name === listName);
			fields.push({ parameter, isInMoreFilters, listIndex });
		}
	}
	return fields;
}

/** Cached because each delivery needs them. */
const fieldsByFilters = new WeakMap<readonly Filter[], Field[]>();

function fieldsOf(filters: readonly Filter[]): Field[] {
	let fields = fieldsByFilters.get(filters);
	if (!fields) {
		fields = toFields(filters);
		fieldsByFilters.set(filters, fields);
	}
	return fields;
}

function isExpression(raw: unknown): boolean {
	return typeof raw === 'string' && raw.startsWith('=');
}

/** The fields' values, in order. A value left over in a hidden field doesn't count. */
function readValues(context: NodeContext, fields: Field[], isFixed: boolean): unknown[] {
	const values: unknown[] = [];
	// Reading the whole collection once is faster than reading each field.
	const raw = readParameter(context, MORE_FILTERS, {}, true);
	const collection = isExpression(raw) && !isFixed ? readParameter(context, MORE_FILTERS, {}) : raw;
	const more: Record<string, unknown> = isRecord(collection) ? collection : {};
	for (const { parameter, isInMoreFilters, listIndex } of fields) {
		const { name, noDataExpression, default: fallback } = parameter;
		let value: unknown = '';
		if (listIndex < 0 || hasOther(values[listIndex])) {
			value = isInMoreFilters ? more[name] : readParameter(context, name, fallback, true);
			if (!noDataExpression && isExpression(value)) {
				const path = isInMoreFilters ? `${MORE_FILTERS}.${name}` : name;
				// Only expressions are evaluated: for other values, it takes n8n five times as long as reading them.
				value = isFixed ? '' : readParameter(context, path, fallback);
			}
		}
		values.push(value);
	}
	return values;
}

/**
 * The values of the filters' fields, with expressions evaluated, for `toSettings`.
 *
 * @throws if an expression fails
 */
export function readFilterValues(context: NodeContext, filters: readonly Filter[]): unknown[] {
	return readValues(context, fieldsOf(filters), false);
}

/**
 * Converts values to settings.
 *
 * @param values from `readFilterValues`
 * @throws NodeOperationError if an expression returned an object
 */
export function toSettings(
	context: NodeContext,
	filters: readonly Filter[],
	values: readonly unknown[],
): FilterSettings {
	const settings: Record<string, string> = {};
	for (const [index, { parameter }] of fieldsOf(filters).entries()) {
		settings[parameter.name] = parameterText(values[index], parameter.displayName, context);
	}
	return settings;
}

/**
 * The settings that Okta can apply. An expression can return a different value for the next event, so here it
 * counts as not set, and n8n applies it.
 */
export function readFixedSettings(
	context: NodeContext,
	filters: readonly Filter[],
): FilterSettings {
	return toSettings(context, filters, readValues(context, fieldsOf(filters), true));
}

function explainEmptyOther(
	parameters: INodeProperties[],
	settings: FilterSettings,
): string | undefined {
	const isEmpty = (parameter: INodeProperties) => {
		const listName = listShowing(parameter);
		if (listName === undefined || !hasOther(settings[listName])) return false;
		return splitList(settings[parameter.name]).length === 0;
	};
	const field = parameters.find(isEmpty);
	const list = parameters.find(({ name }) => field && name === listShowing(field));
	if (field === undefined || list === undefined) return undefined;
	return `'${list.displayName}' includes 'Other', but '${field.displayName}' is empty. Fill it in, or remove 'Other' from '${list.displayName}'.`;
}

/**
 * Checks that the filters can work with the settings.
 *
 * @throws NodeOperationError with what the user must change
 */
export function assertUsable(
	context: NodeContext,
	filters: readonly Filter[],
	settings: FilterSettings,
): void {
	for (const { parameters, problemOf } of filters) {
		const problem = explainEmptyOther(parameters, settings) ?? problemOf?.(settings);
		if (problem === undefined) continue;
		throw operationError(context.getNode(), problem, 'configuration-invalid');
	}
}
