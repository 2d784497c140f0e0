import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

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

/** When a trigger that has never run starts reading the System Log: now, if the option isn't set. */
export function readStart(context: IPollFunctions): Date {
	const hours = Number(context.getNodeParameter('options.lookBackHours', 0)) || 0;
	return new Date(Date.now() - Math.min(Math.max(hours, 0), MAX_HOURS) * HOUR_MS);
}
