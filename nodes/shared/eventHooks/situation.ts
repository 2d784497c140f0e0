import type { Okta } from '../okta/client';
import type { EventHook } from '../okta/types';
import type { HookSpec } from './hookSpec';
import { runningTests } from './memory';
import { testKeyOf } from '../owner';
import type { Situation } from './reconcile';
import type { Registration } from './staticData';

/** The situation when a user publishes or unpublishes, which doesn't depend on this process's memory. */
export function situationOf(
	occasion: 'publish' | 'unpublish',
	key: string,
	spec: HookSpec,
	hooks: EventHook[],
	knownId: string | undefined,
): Omit<Situation, 'elsewhere'> {
	return {
		occasion,
		spec,
		hooks,
		knownId,
		lastWrite: undefined,
		isSecretCurrent: () => false,
		canDerive: true,
		missedBefore: 0,
		isTestRunning: runningTests.has(testKeyOf(key)),
		now: Date.now(),
	};
}

/** Whether the credential points to the org in which the hook was registered, under any of its URLs. */
export async function isInOrg(
	{ hookId, orgUrl, orgId }: Registration,
	okta: Okta,
	hooks: EventHook[],
): Promise<boolean> {
	if (orgUrl === okta.orgUrl || hooks.some(({ id }) => id === hookId)) return true;
	return orgId !== undefined && orgId === (await okta.readOrgId());
}
