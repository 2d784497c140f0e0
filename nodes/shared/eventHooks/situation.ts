import type { Okta } from '../okta/client';
import type { EventHook } from '../okta/types';
import type { HookSpec } from './hookSpec';
import { runningTests } from './memory';
import { testKeyOf } from '../owner';
import type { Situation } from './reconcile';
import type { Registration } from './staticData';

/** What publishing and unpublishing are decided on, whatever this process did before. */
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

/** Whether the credential leads to the org in which the hook was registered, at whatever address. */
export async function isOrgOf(
	{ hookId, orgUrl, orgId }: Registration,
	okta: Okta,
	hooks: EventHook[],
): Promise<boolean> {
	if (orgUrl === okta.orgUrl || hooks.some(({ id }) => id === hookId)) return true;
	return orgId !== undefined && orgId === (await okta.readOrgId());
}
