import { randomUUID } from 'node:crypto';

import type { Credential, WorkflowInput } from '../test/n8n/rest';

export const TRIGGER_NAME = 'Okta User MFA Trigger';

/** The smallest workflow that starts with an MFA sign-in. */
export function mfaWorkflow(credential: Credential): WorkflowInput {
	const next = 'Whatever you like';
	return {
		name: 'Somebody signed in to Okta with MFA',
		nodes: [
			{
				id: randomUUID(),
				webhookId: randomUUID(),
				name: TRIGGER_NAME,
				type: 'n8n-nodes-okta-mfa.oktaUserMfaTrigger',
				typeVersion: 2,
				position: [0, 0],
				parameters: {},
				credentials: { [credential.type]: { id: credential.id, name: credential.name } },
			},
			{
				id: randomUUID(),
				name: next,
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [240, 0],
				parameters: {},
			},
		],
		connections: { [TRIGGER_NAME]: { main: [[{ node: next, type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}
