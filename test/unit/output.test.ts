import type { IDataObject } from 'n8n-workflow';

import type { NodeContext } from '../../nodes/shared/context';
import { toEventCard, toRawEvent } from '../../nodes/shared/oktaEvent/eventCard';
import { itemMapperFor, outputParameter } from '../../nodes/shared/oktaEvent/output';
import { toSummary } from '../../nodes/shared/oktaEvent/summary';
import { panelWith } from './fixtures/panel';

describe('"Output"', () => {
	it('is an event card, a summary, or a raw event, and can’t be an expression', () => {
		expect(outputParameter).toMatchObject({
			displayName: 'Output',
			name: 'output',
			type: 'options',
			noDataExpression: true,
			default: 'eventCard',
			options: [{ value: 'eventCard' }, { value: 'summary' }, { value: 'rawEvent' }],
		});
	});

	it.each<[IDataObject, unknown]>([
		[{}, toEventCard],
		[{ output: 'eventCard' }, toEventCard],
		[{ output: 'summary' }, toSummary],
		[{ output: 'rawEvent' }, toRawEvent],
		[{ output: 'something else' }, toEventCard],
		[{ output: '={{ "rawEvent" }}' }, toEventCard],
	])('selects how items are made: %j', (parameters, toItem) => {
		expect(itemMapperFor(panelWith(parameters))).toBe(toItem);
	});

	it('is read for every delivery without n8n evaluating it', () => {
		const options: unknown[] = [];
		const getNodeParameter = (_name: string, fallback: unknown, option: unknown) => {
			options.push(option);
			return fallback;
		};
		itemMapperFor({ getNodeParameter } as unknown as NodeContext);
		expect(options).toEqual([{ rawExpressions: true }]);
	});
});
