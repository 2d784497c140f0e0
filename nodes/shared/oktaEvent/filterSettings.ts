import type { INodeProperties } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { operationError } from '../errors';
import { parameterText } from '../parameterText';
import { readParameter } from '../readParameter';
import { splitList } from '../splitList';
import type { Filter, FilterSettings } from './filter';
import { hasOther } from './otherOption';

function isExpression(raw: unknown): boolean {
	return typeof raw === 'string' && raw.startsWith('=');
}

function readText(
	context: NodeContext,
	{ name, displayName, default: fallback, noDataExpression }: INodeProperties,
	isFixed: boolean,
): string {
	let value: unknown = readParameter(context, name, fallback, true);
	if (!noDataExpression && isExpression(value)) {
		// Having n8n evaluate what isn't an expression takes five times as long as reading it.
		value = isFixed ? '' : readParameter(context, name, fallback);
	}
	return parameterText(value, { displayName, getNode: () => context.getNode() });
}

/** The name of the list whose option 'Other' shows the field, if any. */
function listNameOf({ displayOptions }: INodeProperties): string | undefined {
	return displayOptions?.show && Object.keys(displayOptions.show)[0];
}

function readAll(
	context: NodeContext,
	filters: readonly Filter[],
	isFixed: boolean,
): FilterSettings {
	const settings: Record<string, string> = {};
	for (const { parameters } of filters) {
		for (const parameter of parameters) {
			const listName = listNameOf(parameter);
			const isShown = listName === undefined || hasOther(settings[listName]);
			// What was left in a hidden field doesn't count.
			settings[parameter.name] = isShown ? readText(context, parameter, isFixed) : '';
		}
	}
	return settings;
}

/**
 * What the user set in the filters' fields, expressions evaluated.
 *
 * @throws if an expression fails or returns an object
 */
export function readFilterSettings(
	context: NodeContext,
	filters: readonly Filter[],
): FilterSettings {
	return readAll(context, filters, false);
}

/**
 * The settings that Okta can be told. What comes from an expression may be something else for the next
 * event, so here it counts as not set: n8n applies it.
 */
export function readFixedSettings(
	context: NodeContext,
	filters: readonly Filter[],
): FilterSettings {
	return readAll(context, filters, true);
}

function explainEmptyOther(
	parameters: INodeProperties[],
	settings: FilterSettings,
): string | undefined {
	const isEmpty = (parameter: INodeProperties) => {
		const listName = listNameOf(parameter);
		if (listName === undefined || !hasOther(settings[listName])) return false;
		return splitList(settings[parameter.name]).length === 0;
	};
	const field = parameters.find(isEmpty);
	const list = parameters.find(({ name }) => field && name === listNameOf(field));
	if (field === undefined || list === undefined) return undefined;
	return `'${list.displayName}' includes 'Other', but '${field.displayName}' is empty. Fill it in, or remove 'Other' from '${list.displayName}'.`;
}

/**
 * Checks that the filters can work with the settings.
 *
 * @throws NodeOperationError that says what to change
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
