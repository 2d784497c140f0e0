import type { IDataObject, INodeParameters, INodePropertyOptions } from 'n8n-workflow';
import { NodeHelpers, NodeOperationError } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { behaviorsFilter } from '../../nodes/shared/oktaEvent/behaviorsFilter';
import { mfaEvent, without } from './fixtures/events';
import { filterOf, panelReturning, panelWith, passes, settingsOf } from './fixtures/panel';
import {
	withDebugData,
	withLogOnlySecurityData,
	withSecurityContext,
	WRONG_VALUES,
} from './fixtures/securityEvents';

const FILTERS = [behaviorsFilter];

const NAMES = [
	'New City',
	'New Country',
	'New Device',
	'New Geo-Location',
	'New IP',
	'New State',
	'Velocity',
];

const inText = (behaviors: string) => withDebugData({ behaviors });

const field = (name: string) => {
	const found = behaviorsFilter.parameters.find((parameter) => parameter.name === name);
	if (!found) throw new Error(`There's no field ${name}`);
	return found;
};

/** Whether n8n shows a field if this is in the node's panel. */
function isShown(name: string, parameters: INodeParameters): boolean {
	return NodeHelpers.displayParameter(parameters, field(name), null, null);
}

const newDeviceAndIp = inText('{New Device=POSITIVE, New IP=POSITIVE, New City=NEGATIVE}');

describe('The filter "Behaviors"', () => {
	it('offers the behaviors that every org has, and others', () => {
		const options = field('behaviors').options as INodePropertyOptions[];
		expect(options.map(({ name }) => name)).toEqual([...NAMES, 'Other']);
		expect(options.map(({ value }) => value)).toEqual([...NAMES, 'other']);
		expect(field('behaviors').default).toEqual([]);
		expect(field('behaviorsMatch').default).toBe('any');
	});

	it('lets every event through if nothing is selected', () => {
		expect(behaviorsFilter.toPredicate(settingsOf(FILTERS))).toBeUndefined();
		expect(passes(FILTERS, { behaviorsMatch: 'all' }, mfaEvent())).toBe(true);
		expect(passes(FILTERS, { otherBehaviors: 'left over' }, mfaEvent())).toBe(true);
	});

	it.each(NAMES)('lets through behaviors that Okta found: %s', (name) => {
		const others = NAMES.filter((other) => other !== name);
		const event = inText(`{Something else=POSITIVE, ${name}=POSITIVE}`);
		expect(passes(FILTERS, { behaviors: [name] }, event)).toBe(true);
		expect(passes(FILTERS, { behaviors: [...others, name] }, event)).toBe(true);
		expect(passes(FILTERS, { behaviors: others }, event)).toBe(false);
	});

	it.each(['NEGATIVE', 'UNKNOWN', 'BAD_REQUEST', 'positive', 'MAYBE'])(
		'drops behaviors that Okta didn’t find: %s',
		(result) => {
			for (const behaviorsMatch of ['any', 'all']) {
				const parameters = { behaviors: ['New Device'], behaviorsMatch };
				expect(passes(FILTERS, parameters, inText(`{New Device=${result}}`))).toBe(false);
			}
		},
	);

	it.each<[string, LogEvent]>([
		['JSON', withLogOnlySecurityData({ behaviors: { 'New IP': 'POSITIVE' } })],
		[
			'a list',
			withSecurityContext({ userBehaviors: [{ id: 'b', name: 'New IP', result: 'POSITIVE' }] }),
		],
	])('finds behaviors in %s', (_what, event) => {
		expect(passes(FILTERS, { behaviors: ['New IP'] }, event)).toBe(true);
		expect(passes(FILTERS, { behaviors: ['New City'] }, event)).toBe(false);
	});

	it.each<[string, LogEvent]>([
		['no debug context', without(mfaEvent(), 'debugContext')],
		['no behaviors', mfaEvent()],
		['other behaviors', inText('{My own=POSITIVE}')],
		['no keys', {}],
	])('drops an event with %s', (_what, event) => {
		expect(passes(FILTERS, { behaviors: NAMES }, event)).toBe(false);
	});

	it.each(WRONG_VALUES)('drops an event with %s for the behaviors', (_what, value) => {
		const events = [
			withDebugData({ behaviors: value }),
			withSecurityContext({ userBehaviors: value }),
		];
		for (const event of events) {
			expect(passes(FILTERS, { behaviors: NAMES }, event)).toBe(false);
		}
	});
});

describe('Velocity', () => {
	it.each(['Velocity', 'Velocity Behavior'])('is found under Okta’s name "%s"', (name) => {
		const event = inText(`{${name}=POSITIVE}`);
		expect(passes(FILTERS, { behaviors: ['Velocity'] }, event)).toBe(true);
		const typedIn = { behaviors: ['other'], otherBehaviors: 'velocity behavior' };
		expect(passes(FILTERS, typedIn, event)).toBe(true);
	});

	it('is one behavior under either name', () => {
		const parameters = {
			behaviors: ['Velocity', 'other'],
			otherBehaviors: 'Velocity Behavior',
			behaviorsMatch: 'all',
		};
		expect(passes(FILTERS, parameters, inText('{Velocity=POSITIVE}'))).toBe(true);
		const both = inText('{Velocity=POSITIVE, Velocity Behavior=POSITIVE}');
		const two = { behaviors: ['Velocity', 'New IP'], behaviorsMatch: 'all' };
		expect(passes(FILTERS, two, both)).toBe(false);
	});

	it('isn’t found in a name that only contains the word', () => {
		const event = inText('{Velocity Behavior 2=POSITIVE, My Velocity=POSITIVE}');
		expect(passes(FILTERS, { behaviors: ['Velocity'] }, event)).toBe(false);
	});
});

describe('Behaviors Match', () => {
	it.each<[string, string[], boolean, boolean]>([
		['one of one', ['New Device'], true, true],
		['two of two', ['New IP', 'New Device'], true, true],
		['two of three', ['New Device', 'New IP', 'New City'], true, false],
		['one of two', ['New Device', 'New City'], true, false],
		['none of two', ['New City', 'New State'], false, false],
	])('is met by %s', (_what, behaviors, any, all) => {
		expect(passes(FILTERS, { behaviors }, newDeviceAndIp)).toBe(any);
		expect(passes(FILTERS, { behaviors, behaviorsMatch: 'any' }, newDeviceAndIp)).toBe(any);
		expect(passes(FILTERS, { behaviors, behaviorsMatch: 'all' }, newDeviceAndIp)).toBe(all);
	});

	it('counts a behavior once, however often it’s entered or named', () => {
		const parameters = {
			behaviors: ['New Device', 'New Device', 'other'],
			otherBehaviors: 'new device\n New Device ',
			behaviorsMatch: 'all',
		};
		expect(passes(FILTERS, parameters, inText('{New Device=POSITIVE}'))).toBe(true);
		const twice = inText('{New Device=POSITIVE, new device=POSITIVE}');
		const two = { behaviors: ['New Device', 'New IP'], behaviorsMatch: 'all' };
		expect(passes(FILTERS, two, twice)).toBe(false);
	});

	it.each([
		['all', false],
		['ALL', false],
		['any', true],
		['ANY', true],
		['', true],
	])('can be an expression that returns %j', (behaviorsMatch, isPassing) => {
		const context = panelReturning({ behaviors: ['New Device', 'New City'], behaviorsMatch });
		expect(filterOf(FILTERS, context)(newDeviceAndIp)).toBe(isPassing);
	});

	it('is shown if a behavior is selected or an expression could select one', () => {
		expect(isShown('behaviorsMatch', {})).toBe(false);
		expect(isShown('behaviorsMatch', { behaviors: [] })).toBe(false);
		expect(isShown('behaviorsMatch', { behaviors: ['New IP'] })).toBe(true);
		expect(isShown('behaviorsMatch', { behaviors: ['other'] })).toBe(true);
		expect(isShown('behaviorsMatch', { behaviors: ['New IP', 'other'] })).toBe(true);
		expect(isShown('behaviorsMatch', { behaviors: '={{ $json }}' })).toBe(true);
	});
});

describe('Other Behaviors', () => {
	const found = (otherBehaviors: string, event: LogEvent, more: IDataObject = {}) =>
		passes(FILTERS, { behaviors: ['other'], otherBehaviors, ...more }, event);

	it.each([
		'New ASN',
		'Away, from the office',
		'A=B, C',
		'Anomalous Location: Country',
		'Neues Gerät',
		'新しい国',
		'__proto__',
		'constructor',
		'other',
	])('have any name: %s', (name) => {
		expect(found(name, inText(`{${name}=POSITIVE, New IP=NEGATIVE}`))).toBe(true);
		expect(found(name, inText(`{${name}=NEGATIVE, New IP=POSITIVE}`))).toBe(false);
		expect(found(name, inText(`{My ${name}=POSITIVE}`))).toBe(false);
	});

	it('are one per line, so a comma doesn’t separate them', () => {
		const event = inText('{Away=POSITIVE, from the office=POSITIVE}');
		expect(found('Away, from the office', event)).toBe(false);
		expect(found('Away\nfrom the office', event, { behaviorsMatch: 'all' })).toBe(true);
		expect(found('Away\r\nelsewhere', event)).toBe(true);
		expect(found('Away\relsewhere', event, { behaviorsMatch: 'all' })).toBe(false);
	});

	it.each(['new asn', 'NEW ASN', '  New ASN\t', '\nNew ASN\n\n', ' \r\nNew ASN'])(
		'are found in any case, with spaces around them: %j',
		(name) => {
			expect(found(name, inText('{New ASN=POSITIVE}'), { behaviorsMatch: 'all' })).toBe(true);
			expect(found(name, inText('{nEW aSN=POSITIVE}'))).toBe(true);
			expect(found(name, inText('{NewASN=POSITIVE}'))).toBe(false);
		},
	);

	it('are found along with the ones that every org has', () => {
		const parameters = { behaviors: ['New IP', 'other'], otherBehaviors: 'New ASN' };
		expect(passes(FILTERS, parameters, inText('{New ASN=POSITIVE}'))).toBe(true);
		expect(passes(FILTERS, parameters, inText('{New IP=POSITIVE}'))).toBe(true);
		const all = { ...parameters, behaviorsMatch: 'all' };
		expect(passes(FILTERS, all, inText('{New IP=POSITIVE}'))).toBe(false);
		expect(passes(FILTERS, all, inText('{New ASN=POSITIVE, New IP=POSITIVE}'))).toBe(true);
	});

	it('don’t count if "Other" isn’t selected', () => {
		const parameters = { behaviors: ['New IP'], otherBehaviors: 'New ASN' };
		expect(passes(FILTERS, parameters, inText('{New ASN=POSITIVE}'))).toBe(false);
		expect(isShown('otherBehaviors', { behaviors: ['New IP'] })).toBe(false);
		expect(isShown('otherBehaviors', { behaviors: ['New IP', 'other'] })).toBe(true);
	});

	it.each([undefined, '', ' ', '\n'])('are needed if "Other" is selected: %j', (otherBehaviors) => {
		const run = () => filterOf(FILTERS, panelWith({ behaviors: ['other'], otherBehaviors }));
		expect(run).toThrow(NodeOperationError);
		expect(run).toThrow(
			"'Behaviors' includes 'Other', but 'Other Behaviors' is empty. Fill it in, or remove 'Other' from 'Behaviors'.",
		);
	});
});

describe('Expressions for behaviors', () => {
	it.each<[string, unknown]>([
		['a string', 'New Device, New ASN'],
		['a string in lower case', 'new device,new asn'],
		['lines', 'New Device\nNew ASN'],
		['a list', ['New Device', 'New ASN']],
	])('can return %s, including custom names', (_what, behaviors) => {
		const isWanted = filterOf(FILTERS, panelReturning({ behaviors } as IDataObject));
		expect(isWanted(inText('{New Device=POSITIVE}'))).toBe(true);
		expect(isWanted(inText('{New ASN=POSITIVE}'))).toBe(true);
		expect(isWanted(inText('{New City=POSITIVE}'))).toBe(false);
	});

	it.each<[string, unknown]>([
		['lines', 'Away, from the office\nNew ASN'],
		['a list, one entry for each', ['Away, from the office', 'New ASN']],
	])('can return other behaviors as %s', (_what, otherBehaviors) => {
		const context = panelReturning({ behaviors: 'other', otherBehaviors } as IDataObject);
		expect(filterOf(FILTERS, context)(inText('{Away, from the office=POSITIVE}'))).toBe(true);
		expect(filterOf(FILTERS, context)(inText('{New ASN=POSITIVE}'))).toBe(true);
		expect(filterOf(FILTERS, context)(inText('{Away=POSITIVE}'))).toBe(false);
	});

	it.each(['', ' , ', [], null])('don’t set a filter if they return %j', (behaviors) => {
		expect(filterOf(FILTERS, panelReturning({ behaviors }))(mfaEvent())).toBe(true);
	});

	it.each([
		['behaviors', 'Behaviors'],
		['otherBehaviors', 'Other Behaviors'],
		['behaviorsMatch', 'Behaviors Match'],
	])('in "%s" can’t return an object', (name, displayName) => {
		const context = panelReturning({ behaviors: 'other', [name]: { not: 'text' } });
		expect(() => filterOf(FILTERS, context)).toThrow(
			`The expression in '${displayName}' returns an object`,
		);
	});
});
