import { randomUUID } from 'node:crypto';

import type { Credential, Json, WorkflowInput, WorkflowNode } from './rest';

/** The trigger's name in a workflow. More of them are numbered, as in the editor. */
export const TRIGGER = 'Okta User MFA Trigger';

export interface MfaWorkflowOptions {
	/** How many triggers the workflow starts with. */
	triggers?: number;
	/** Which of the package's triggers to use. Default: the one with the event hook. */
	type?: OktaTriggerOptions['type'];
	/** The parameters of each trigger. */
	parameters?: Json;
	/** More triggers, of any kind. */
	otherTriggers?: WorkflowNode[];
	/** The node after the triggers. Default: one that does nothing. */
	next?: Omit<WorkflowNode, 'id' | 'position'>;
	/** The workflow's settings, e.g. its error workflow. */
	settings?: Json;
}

const DO_NOTHING = {
	name: 'Your Node',
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
		otherTriggers = [],
		next = DO_NOTHING,
		settings = {},
	}: MfaWorkflowOptions = {},
): WorkflowInput {
	const nodes = [
		...Array.from({ length: triggers }, (_, index) =>
			oktaTrigger(credential, { name: `${TRIGGER}${index || ''}`, type, parameters }),
		),
		...otherTriggers,
	];
	return {
		name: 'MFA sign-ins to Okta',
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
