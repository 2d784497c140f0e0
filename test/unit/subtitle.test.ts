import { Workflow } from 'n8n-workflow';
import type { INodeParameters, INodeType, INodeTypes } from 'n8n-workflow';

import { OktaUserMfaPollingTrigger } from '../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node';
import { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';
import { OUTCOMES } from '../../nodes/shared/oktaEvent/outcomesFilter';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { FACTORS } from '../../nodes/shared/userMfa/factorsFilter';
import { EVENT_TYPE } from './fixtures/events';

const TRIGGERS: Array<[string, INodeType]> = [
	['event hook trigger', new OktaUserMfaTrigger()],
	['polling trigger', new OktaUserMfaPollingTrigger()],
];

/** The subtitle as n8n's editor evaluates it. */
function subtitleOf(nodeType: INodeType, parameters: INodeParameters): unknown {
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		nodes: [
			{
				id: '1',
				name: 'Okta',
				type: nodeType.description.name,
				typeVersion: 2,
				position: [0, 0],
				parameters,
			},
		],
		connections: {},
		active: false,
		nodeTypes,
	});
	return workflow.expression.getSimpleParameterValue(
		workflow.nodes.Okta,
		nodeType.description.subtitle,
		'internal',
		{},
	);
}

describe.each(TRIGGERS)('The subtitle of the %s', (_what, nodeType) => {
	const subtitle = (parameters: INodeParameters) => subtitleOf(nodeType, parameters);

	it.each<[string, INodeParameters]>([
		['Every event', {}],
		['Failure', { outcomes: ['FAILURE'] }],
		['Failure · Okta Verify Push', { outcomes: ['FAILURE'], factors: ['OKTA_VERIFY_PUSH'] }],
		['Deny · Failure', { outcomes: ['DENY', 'FAILURE'] }],
		['no passwords', { ignorePasswordVerifications: true }],
		['ada@example.com', { users: 'ada@example.com' }],
		['CUSTOM_OTP', { factors: ['other'], otherFactors: 'CUSTOM_OTP' }],
		['Other', { factors: ['other'] }],
		['Email', { factors: ['EMAIL_FACTOR'], otherFactors: 'left over' }],
		['Every event', { output: 'rawEvent', options: { hookName: 'MFA' } }],
		['Every event', { events: [EVENT_TYPE] }],
		['Every event', { events: [EVENT_TYPE], otherEvents: 'left.over' }],
		['Failure', { events: [EVENT_TYPE], outcomes: ['FAILURE'] }],
		['Account Locked', { events: ['user.account.lock'] }],
		['MFA Sign-In · Account Locked', { events: [EVENT_TYPE, 'user.account.lock'] }],
		[
			'Factor Reset · All Factors Reset · Success · ada@example.com',
			{
				events: ['user.mfa.factor.deactivate', 'user.mfa.factor.reset_all'],
				outcomes: ['SUCCESS'],
				users: 'ada@example.com',
			},
		],
		['user.lifecycle.suspend', { events: ['other'], otherEvents: 'user.lifecycle.suspend' }],
		[
			'MFA Sign-In · user.lifecycle.suspend, group.user_membership.add',
			{
				events: [EVENT_TYPE, 'other'],
				otherEvents: 'user.lifecycle.suspend, group.user_membership.add',
			},
		],
		['Other', { events: ['other'] }],
		['MFA Sign-In · Other', { events: ['other', EVENT_TYPE], otherEvents: '' }],
		['Account Locked', { events: ['user.account.lock'], otherEvents: 'left.over' }],
		['user.type.of.later', { events: ['user.type.of.later'] }],
	])('is "%s" for %j', (text, parameters) => {
		expect(subtitle(parameters)).toBe(text);
	});

	it.each(EVENTS.slice(1))('names each event: $name', ({ name, value }) => {
		expect(subtitle({ events: [value] })).toBe(name);
	});

	it.each([...FACTORS])('names each factor: $name', ({ name, value }) => {
		expect(subtitle({ factors: [value] })).toBe(name);
	});

	it.each(OUTCOMES)('names each outcome: $name', ({ name, value }) => {
		expect(subtitle({ outcomes: [value] })).toBe(name);
	});

	it('doesn’t fail for an outcome from an expression', () => {
		expect(subtitle({ outcomes: '={{ "FAILURE" }}' })).toBe('Failure');
	});

	it('doesn’t contain two braces in a row, which would end the expression', () => {
		const [, expression] = /^=\{\{(.*)\}\}$/s.exec(nodeType.description.subtitle!)!;
		expect(expression).not.toMatch(/\{\{|\}\}/);
	});
});
