import { Workflow } from 'n8n-workflow';
import type { INodeParameters, INodeTypes } from 'n8n-workflow';

import { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';

const nodeType = new OktaUserMfaTrigger();
const nodeTypes: INodeTypes = {
	getByName: () => nodeType,
	getByNameAndVersion: () => nodeType,
	getKnownTypes: () => ({}),
};

/** The subtitle as n8n's editor works it out. */
function subtitle(parameters: INodeParameters): unknown {
	const workflow = new Workflow({
		nodes: [
			{
				id: '1',
				name: 'Okta',
				type: 'oktaUserMfaTrigger',
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

describe('The text below the node’s name in a workflow', () => {
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
	])('is "%s" for %j', (text, parameters) => {
		expect(subtitle(parameters)).toBe(text);
	});

	it('does not fail for an outcome that comes from an expression', () => {
		expect(subtitle({ outcomes: '={{ "FAILURE" }}' })).toBe('Failure');
	});
});
