import { Workflow } from 'n8n-workflow';
import type { IDataObject, INode, INodeType, INodeTypes } from 'n8n-workflow';

/** The ID of the only node in each workflow. */
export const NODE_ID = '1b7f4f0e-5c5b-4f0a-8d8b-2f8d3f6f3a11';

export const WEBHOOK_ID = '7f9c5f52-6a45-4f5d-9d3c-0b5f7d1f1c9e';

/** The saved data of a workflow with one node. */
export interface NodeWorkflow {
	workflowId: string;
	workflowName: string;
	nodeName: string;
	/** Parameters that differ from their defaults. */
	parameters: IDataObject;
	webhookId?: string;
	/** The workflow's static data, which includes the node's. */
	staticData: IDataObject;
}

function nodeOf(nodeType: INodeType, { nodeName, parameters, webhookId }: NodeWorkflow): INode {
	const { name, properties } = nodeType.description;
	const defaults = properties
		.filter(({ type }) => type !== 'notice')
		.map((property) => [property.name, property.default]);
	return {
		id: NODE_ID,
		name: nodeName,
		type: `n8n-nodes-okta-mfa.${name}`,
		typeVersion: 2,
		position: [0, 0],
		parameters: { ...Object.fromEntries(defaults), ...parameters },
		...(webhookId !== undefined && { webhookId }),
		credentials: {
			oktaOAuth2Api: { id: 'cred1', name: 'Okta account' },
			oktaServiceAppApi: { id: 'cred2', name: 'Okta service app' },
		},
	} as INode;
}

/** Opens a workflow with a copy of its static data, as n8n does. */
export function openWorkflow(nodeType: INodeType, stored: NodeWorkflow): Workflow {
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	return new Workflow({
		id: stored.workflowId,
		name: stored.workflowName,
		nodes: [nodeOf(nodeType, stored)],
		connections: {},
		active: true,
		nodeTypes,
		staticData: structuredClone(stored.staticData),
	});
}

/** The only node of a workflow. */
export function nodeIn(workflow: Workflow): INode {
	return Object.values(workflow.nodes)[0];
}
