import { randomUUID } from 'node:crypto';

import type { Credential, Json, WorkflowInput, WorkflowNode } from './rest';

/** The trigger's name in a workflow; further ones are numbered, as the editor does. */
export const TRIGGER = 'Okta User MFA Trigger';

export interface MfaWorkflowOptions {
	/** How many triggers the workflow begins with. */
	triggers?: number;
	/** Which of the package's triggers; the one with the event hook when left out. */
	type?: OktaTriggerOptions['type'];
	/** The parameters of each trigger. */
	parameters?: Json;
	/** Further triggers, of any kind. */
	beside?: WorkflowNode[];
	/** What follows the triggers: a node that does nothing when left out. */
	next?: Omit<WorkflowNode, 'id' | 'position'>;
	/** Settings of the workflow, e.g. its error workflow. */
	settings?: Json;
}

const DO_NOTHING = {
	name: 'Whatever you like',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	parameters: {},
};

/** A workflow that starts with an MFA sign-in, as the editor would save it. The triggers come first. */
export function mfaWorkflow(
	credential: Credential,
	{
		triggers = 1,
		type = 'oktaUserMfaTrigger',
		parameters = {},
		beside = [],
		next = DO_NOTHING,
		settings = {},
	}: MfaWorkflowOptions = {},
): WorkflowInput {
	const nodes = [
		...Array.from({ length: triggers }, (_, index) =>
			oktaTrigger(credential, { name: `${TRIGGER}${index || ''}`, type, parameters }),
		),
		...beside,
	];
	return {
		name: 'Somebody signed in to Okta with MFA',
		nodes: [...nodes, { ...next, id: randomUUID(), position: [240, 0] }],
		connections: Object.fromEntries(
			nodes.map(({ name }) => [name, { main: [[{ node: next.name, type: 'main', index: 0 }]] }]),
		),
		settings: { executionOrder: 'v1', ...settings },
	};
}

export interface OktaTriggerOptions {
	name: string;
	type: 'oktaUserMfaTrigger' | 'oktaUserMfaPollingTrigger';
	parameters: Json;
}

/** One of the package's triggers, as the editor would save it. */
export function oktaTrigger(
	credential: Credential,
	{ name, type, parameters }: OktaTriggerOptions,
): WorkflowNode {
	return {
		id: randomUUID(),
		webhookId: randomUUID(),
		name,
		type: `n8n-nodes-okta-mfa.${type}`,
		typeVersion: 2,
		position: [0, 0],
		parameters,
		credentials: { [credential.type]: { id: credential.id, name: credential.name } },
	};
}

/** The workflow with other parameters in its first trigger. */
export function withParameters(workflow: WorkflowInput, parameters: Json): WorkflowInput {
	const [first, ...others] = workflow.nodes;
	return { ...workflow, nodes: [{ ...first, parameters }, ...others] };
}
