import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	INode,
	INodeParameters,
	INodeTypes,
} from 'n8n-workflow';

import { OktaOAuth2Api } from '../../credentials/OktaOAuth2Api.credentials';

const NODE: INode = {
	id: 'n1',
	name: 'Temp-Node',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** The credential's data after n8n has evaluated its expressions, as it does before every use. */
export function resolveCredential(
	entered: ICredentialDataDecryptedObject,
): ICredentialDataDecryptedObject {
	const defaults = new OktaOAuth2Api().properties
		.filter(({ type }) => type !== 'notice')
		.map(({ name, default: value }) => [name, value]);
	const data = { ...Object.fromEntries(defaults), ...entered } as INodeParameters;
	const node = { ...NODE, parameters: data };
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getByNameAndVersion: () => undefined } as unknown as INodeTypes,
	} as ConstructorParameters<typeof Workflow>[0]);
	return workflow.expression.getComplexParameterValue(
		node,
		data,
		'internal',
		{},
		undefined,
		undefined,
		data,
	) as ICredentialDataDecryptedObject;
}
