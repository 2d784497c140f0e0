import type { INodeProperties } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { parameterBoolean } from '../parameterBoolean';
import { readParameter } from '../readParameter';
import { conditionsOf } from './filter';
import type { Filter, FilterSettings } from './filter';
import { readFixedSettings } from './filterSettings';

/** The option for whether Okta filters too. */
export const filterInOktaOption: INodeProperties = {
	displayName: 'Filter in Okta',
	name: 'filterInOkta',
	type: 'boolean',
	default: false,
	description:
		"Whether to apply 'Outcomes' and 'Users' in Okta, so that filtered-out events are never sent and don't count toward your org's 400,000 events a day. Okta filters by 'Users' only if every entry is a full user ID. n8n applies the rest. Requires the Early Access feature Event Hook Filtering in your org.",
};

/**
 * The filters as a condition in Okta Expression Language. It's true for every event that passes them, and may
 * be true for others: an event hook can't check the factor, for example.
 *
 * @returns undefined if Okta can't apply any of them
 */
export function toHookExpression(
	filters: readonly Filter[],
	settings: FilterSettings,
): string | undefined {
	const conditions = conditionsOf(filters, settings, 'toHookExpression');
	return conditions.length > 0 ? conditions.join(' && ') : undefined;
}

/**
 * The condition that keeps Okta from sending events that the filters would drop, if 'Filter in Okta' is on.
 *
 * @throws if that option's expression fails or doesn't return a boolean
 */
export function hookExpressionFor(
	context: NodeContext,
	filters: readonly Filter[],
): string | undefined {
	const value = readParameter(context, 'options.filterInOkta', false);
	const isOn = parameterBoolean(value, filterInOktaOption.displayName, context, false);
	return isOn ? toHookExpression(filters, readFixedSettings(context, filters)) : undefined;
}
