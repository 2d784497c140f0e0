import { randomUUID } from 'node:crypto';

import type { Credential, WorkflowInput } from '../n8n/rest';

/** The trigger's name in the workflow. */
export const TRIGGER = 'Okta User MFA Trigger';

/** A workflow that begins with the trigger, as the editor would save it. */
export function watchMfa(credential: Credential): WorkflowInput {
	return {
		name: 'Watch MFA',
		nodes: [
			{
				id: randomUUID(),
				webhookId: randomUUID(),
				name: TRIGGER,
				type: 'n8n-nodes-okta-mfa.oktaUserMfaTrigger',
				typeVersion: 2,
				position: [0, 0],
				parameters: {},
				credentials: { oktaOAuth2Api: { id: credential.id, name: credential.name } },
			},
			{
				// Long enough for a worker to have some executions in hand at any time.
				id: randomUUID(),
				webhookId: randomUUID(),
				name: 'Pause',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				position: [240, 0],
				parameters: { resume: 'timeInterval', amount: 1, unit: 'seconds' },
			},
		],
		connections: { [TRIGGER]: { main: [[{ node: 'Pause', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}
