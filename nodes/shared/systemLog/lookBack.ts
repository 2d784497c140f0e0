import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { operationError } from '../errors';
import { RETENTION_MS } from '../okta/systemLogApi';

const HOUR_MS = 3_600_000;

const MAX_HOURS = RETENTION_MS / HOUR_MS;

/** How far back a trigger starts reading, as an entry of a collection. */
export const lookBackOption: INodeProperties = {
	displayName: 'Look Back (Hours)',
	name: 'lookBackHours',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: MAX_HOURS },
	default: 24,
	description:
		'How many hours of past events to read when you first publish the workflow, up to 2160 (90 days). After that, the trigger resumes where it left off.',
};

/**
 * When a trigger that has never run starts reading the System Log: now, if the option isn't set.
 *
 * @throws NodeOperationError if the option's expression doesn't return a number
 */
export function readStart(context: IPollFunctions): Date {
	const { displayName } = lookBackOption;
	const value: unknown = context.getNodeParameter('options.lookBackHours', 0) ?? 0;
	const hours = typeof value === 'object' ? NaN : Number(value);
	if (Number.isNaN(hours)) {
		throw operationError(
			context.getNode(),
			`The expression in '${displayName}' doesn't return a number. Change it to return one, e.g. 24.`,
			'configuration-invalid',
		);
	}
	return new Date(Date.now() - Math.min(Math.max(hours, 0), MAX_HOURS) * HOUR_MS);
}
