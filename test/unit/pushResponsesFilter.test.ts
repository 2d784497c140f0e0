import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { pushResponsesFilter } from '../../nodes/shared/userMfa/pushResponsesFilter';
import { buildEvent } from '../../lab/okta-org/build-event';
import { toDeliveredEvent } from '../../lab/okta-org/delivered-event';
import type { EventKind } from '../../lab/okta-org/types';
import { mfaEvent, without } from './fixtures/events';
import { filterOf, panelReturning, passes, settingsOf } from './fixtures/panel';
import { withDebugData, WRONG_VALUES } from './fixtures/securityEvents';

const FILTERS = [pushResponsesFilter];
const RESPONSES = ['APPROVE', 'DENY', 'ERROR'];

const passesIf = (pushResponses: string[], event: LogEvent) =>
	passes(FILTERS, { moreFilters: { pushResponses } }, event);

const withResponse = (pushOnlyResponseType: unknown) => withDebugData({ pushOnlyResponseType });

describe('The filter "Push Response"', () => {
	it('offers all of Okta’s responses', () => {
		const { name, options = [], default: initial } = pushResponsesFilter.parameters[0];
		expect(name).toBe('pushResponses');
		expect((options as INodePropertyOptions[]).map(({ value }) => value)).toEqual(RESPONSES);
		expect(initial).toEqual([]);
	});

	it('lets every event through if nothing is selected', () => {
		expect(pushResponsesFilter.toPredicate(settingsOf(FILTERS))).toBeUndefined();
		expect(passesIf([], without(mfaEvent(), 'debugContext'))).toBe(true);
	});

	it.each(RESPONSES)('lets through the selected response: %s', (response) => {
		const event = withResponse(`OV_RESPONSE_${response}`);
		const others = RESPONSES.filter((other) => other !== response);
		expect(passesIf([response], event)).toBe(true);
		expect(passesIf([...others, response], event)).toBe(true);
		expect(passesIf(others, event)).toBe(false);
	});

	it.each<[EventKind, string[]]>([
		['pushApproved', ['APPROVE']],
		['wrongNumber', ['APPROVE']],
		['pushDenied', ['DENY']],
		['pushError', ['ERROR']],
		['securityKey', []],
		['pushDeniedOnClassic', []],
		['pushSent', []],
	])('recognizes the response in %s, delivered and logged', (kind, responses) => {
		const event = buildEvent(kind, 0);
		for (const each of [event as unknown as LogEvent, toDeliveredEvent(event)]) {
			expect(RESPONSES.filter((response) => passesIf([response], each))).toEqual(responses);
		}
	});

	it.each<[string, unknown]>([
		['a string', 'DENY, ERROR'],
		['a string in lower case', 'deny,error'],
		['lines', 'Deny\nError'],
		['a list', ['deny', 'ERROR']],
	])('accepts an expression that returns %s', (_what, pushResponses) => {
		const context = panelReturning({ moreFilters: { pushResponses } } as IDataObject);
		expect(filterOf(FILTERS, context)(withResponse('OV_RESPONSE_DENY'))).toBe(true);
		expect(filterOf(FILTERS, context)(withResponse('OV_RESPONSE_ERROR'))).toBe(true);
		expect(filterOf(FILTERS, context)(withResponse('OV_RESPONSE_APPROVE'))).toBe(false);
	});

	it.each<[string, LogEvent]>([
		['no debug context', without(mfaEvent(), 'debugContext')],
		['no response', mfaEvent()],
		[
			'a number challenge alone',
			withDebugData({ pushWithNumberChallengeResponseType: 'OV_WITH_CHALLENGE_RESPONSE_ERROR' }),
		],
		['an unknown response', withResponse('OV_RESPONSE_TIMEOUT')],
		['no keys', {}],
		...WRONG_VALUES.map(([what, value]): [string, LogEvent] => [
			`${what} for the response`,
			withResponse(value),
		]),
	])('drops an event with %s', (_what, event) => {
		expect(passesIf([...RESPONSES, 'TIMEOUT', 'NULL', 'UNDEFINED'], event)).toBe(false);
	});
});
