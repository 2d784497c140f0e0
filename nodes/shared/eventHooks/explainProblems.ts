import type { IPollFunctions, NodeApiError } from 'n8n-workflow';

import { failureOf, messageOf, withMessage } from '../errors';
import { credentialOf } from '../okta/credential';
import type { HookSpec } from './hookSpec';
import type { Plan } from './reconcile';
import { trafficOf } from './traffic';

/** Explains what n8n can't or must not repair; undefined if there's nothing. */
export function explainPlan(plan: Plan, spec: HookSpec): string | undefined {
	const { action, differences } = plan;
	if (action.do !== 'report') return undefined;
	const what = action.hook
		? `Event hook ${action.hook.id} was changed in Okta: ${differences.join(', ')}. Events may no longer start this workflow.`
		: `The event hook for ${spec.uri} is no longer in Okta, so events don't start this workflow.`;
	return action.why === 'no key'
		? `${what} n8n can't repair it because the credential has no client secret of at least 16 characters. Unpublish and republish the workflow.`
		: `${what} n8n didn't repair it because 'Repair Hook' is off. Turn it on under 'Options', or unpublish and republish the workflow.`;
}

/** Explains to the user why a check failed. */
export function explainFailedCheck(context: IPollFunctions, error: unknown): NodeApiError {
	const { name } = credentialOf(context);
	const isCredentialInvalid = failureOf(error)?.cause === 'credential-invalid';
	const what = isCredentialInvalid
		? `The credential '${name}' no longer works, so n8n can't check or repair the event hook.`
		: "n8n can't check or repair the event hook in Okta.";
	return withMessage(context.getNode(), error, `${what} ${messageOf(error)}`);
}

/** Explains to the user why requests are rejected; undefined if they aren't. */
export function explainRequests(key: string): string | undefined {
	const { rejected } = trafficOf(key);
	if (rejected === undefined) return undefined;
	const [found, verb] =
		rejected === 'missing'
			? ['without an Authorization header', 'removes']
			: ["with an Authorization header that doesn't match the event hook's secret", 'replaces'];
	return `Events from Okta arrive ${found}, so n8n rejects them with 401 and they don't start this workflow. Most likely a reverse proxy between Okta and n8n ${verb} the header. Configure it to forward the Authorization header unchanged. If there's no proxy, unpublish and republish the workflow.`;
}
