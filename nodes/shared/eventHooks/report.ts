import type { IPollFunctions, NodeApiError } from 'n8n-workflow';

import { failureOf, isTransient, messageOf, withMessage } from '../errors';
import { credentialOf } from '../okta/credential';
import { isDue, seenAgain } from './alarm';
import type { Problem } from './alarm';
import type { HookSpec } from './hookSpec';
import type { Plan } from './reconcile';
import type { Watch } from './repair';
import { trafficOf } from './traffic';

/** What is wrong that n8n can't or mustn't repair; undefined if nothing is. */
export function explainPlan(plan: Plan, spec: HookSpec): string | undefined {
	const { action, differences } = plan;
	if (action.do !== 'report') return undefined;
	const what = action.hook
		? `Event hook ${action.hook.id} was changed in Okta: ${differences.join(', ')}. Events may no longer start this workflow.`
		: `The event hook for ${spec.uri} is no longer in Okta, so events don't start this workflow.`;
	return action.why === 'no key'
		? `${what} n8n can't repair it, because the credential has no client secret of 16 characters or more. Unpublish and publish the workflow.`
		: `${what} n8n didn't repair it, because 'Repair Hook' is off. Turn it on under 'Options', or unpublish and publish the workflow.`;
}

/** What a check that failed means to the user. */
export function explainFailedCheck(context: IPollFunctions, error: unknown): NodeApiError {
	const { type, name: typeName } = credentialOf(context);
	const name = context.getNode().credentials?.[type]?.name ?? typeName;
	const isDead = failureOf(error)?.cause === 'credential-invalid';
	const what = isDead
		? `The credential '${name}' no longer works, so n8n can't look after the event hook.`
		: "n8n can't look after the event hook in Okta.";
	return withMessage(context.getNode(), error, `${what} ${messageOf(error)}`);
}

/** What the requests that arrive mean to the user, if they lack the secret. */
export function explainRequests(key: string): string | undefined {
	const { rejected } = trafficOf(key);
	if (rejected === undefined) return undefined;
	const [found, verb] =
		rejected === 'missing'
			? ['without an Authorization header', 'removes']
			: ["with an Authorization header that isn't the event hook's secret", 'replaces'];
	return `Events from Okta arrive ${found}, so n8n rejects them with 401 and they don't start this workflow. Most likely a reverse proxy between Okta and n8n ${verb} the header. Configure it to pass Authorization on unchanged. If there is no proxy, unpublish and publish the workflow.`;
}

/**
 * Reports a problem as a failed execution, which starts n8n's error workflow: not at once, and not at
 * every check.
 *
 * @param known what earlier checks remember of it; undefined if the last one was fine
 * @param error undefined if this check is fine
 * @param recovery what to log once it's resolved
 * @returns what to remember until the next check
 */
export function report(
	{ context, now }: Watch,
	known: Problem | undefined,
	error: NodeApiError | undefined,
	recovery = 'The Okta event hook works again.',
): Problem | undefined {
	if (error === undefined) {
		if (known?.reportedAt !== undefined) context.logger.info(recovery);
		return undefined;
	}
	const mayPass = isTransient(error);
	const problem = seenAgain(known, mayPass ? 'transient' : (error.failure?.cause ?? 'other'), now);
	if (!isDue(problem, mayPass, now)) return problem;
	// If thrown, it would discard what the poll found, and n8n could poll less often.
	context.__emitError(error);
	return { ...problem, reportedAt: now };
}
