import { randomUUID } from 'node:crypto';

import type { Credential, Json, WorkflowInput, WorkflowNode } from './rest';

/** The trigger's name in a workflow; further ones are numbered, as the editor does. */
export const TRIGGER = 'Okta User MFA Trigger';

export interface MfaWorkflowOptions {
	/** How many triggers the workflow begins with. */
	triggers?: number;
	/** Which of the package's triggers; the one with the event hook when left out. */
	type?: 'oktaUserMfaTrigger' | 'oktaUserMfaPollingTrigger';
	/** The parameters of each trigger. */
	parameters?: Json;
	/** What follows the triggers: a node that does nothing when left out. */
	next?: Omit<WorkflowNode, 'id' | 'position'>;
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
		next = DO_NOTHING,
	}: MfaWorkflowOptions = {},
): WorkflowInput {
	const names = Array.from({ length: triggers }, (_, index) => `${TRIGGER}${index || ''}`);
	return {
		name: 'Somebody signed in to Okta with MFA',
		nodes: [
			...names.map(
				(name): WorkflowNode => ({
					id: randomUUID(),
					webhookId: randomUUID(),
					name,
					type: `n8n-nodes-okta-mfa.${type}`,
					typeVersion: 2,
					position: [0, 0],
					parameters,
					credentials: { [credential.type]: { id: credential.id, name: credential.name } },
				}),
			),
			{ ...next, id: randomUUID(), position: [240, 0] },
		],
		connections: Object.fromEntries(
			names.map((name) => [name, { main: [[{ node: next.name, type: 'main', index: 0 }]] }]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** The workflow with other parameters in its first trigger. */
export function withParameters(workflow: WorkflowInput, parameters: Json): WorkflowInput {
	const [first, ...others] = workflow.nodes;
	return { ...workflow, nodes: [{ ...first, parameters }, ...others] };
}
