import type { Okta } from '../okta/client';
import type { EventHook } from '../okta/types';
import type { HookSpec } from './hookSpec';
import { runningTests } from './memory';
import { testKeyOf } from '../owner';
import type { PlanInput } from './reconcile';
import type { Registration } from './staticData';

/** The input for publishing and unpublishing, which don't depend on this process's memory of the hook. */
export function planInputFor(
	operation: 'publish' | 'unpublish',
	key: string,
	spec: HookSpec,
	hooks: EventHook[],
	knownId: string | undefined,
): Omit<PlanInput, 'probes'> {
	return {
		operation,
		spec,
		hooks,
		knownId,
		lastWrite: undefined,
		isSecretCurrent: () => false,
		canDerive: true,
		checksWithoutHook: 0,
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
