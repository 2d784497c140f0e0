import type { IHookFunctions } from 'n8n-workflow';

import { messageOf, withMessage } from '../errors';
import { openOkta } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import { EVENT_HOOKS_PAGE } from '../okta/resources';
import { makePlan } from './plan';
import type { HookIdentity } from './hookSpec';
import { warn } from './log';
import { leftNothingInOkta } from './memory';
import { ownerOf } from '../owner';
import { canReach } from './reachability';
import { isInOrg, planInputFor } from './planInput';
import { readOwnRegistration } from './staticData';

/** The hook that an unpublished node needs: none. */
const EMPTY_SPEC = {
	name: '',
	eventTypes: [],
	filterExpression: undefined,
	repairsHook: true,
};

/**
 * Deactivates and deletes every hook of this node that Okta lists.
 *
 * @param key `nodeKeyOf`
 * @param rememberedId the hook's ID if this process knows it
 * @throws NodeApiError that names what is still in Okta, and where to delete it
 */
export async function unpublish(
	context: IHookFunctions,
	{ isTest, uri }: Pick<HookIdentity, 'isTest' | 'uri'>,
	key: string,
	rememberedId: string | undefined,
): Promise<void> {
	const registration = readOwnRegistration(context);
	const knownId = registration?.hookId ?? rememberedId;
	let remaining = knownId === undefined ? [] : [knownId];
	const failed: unknown[] = [];
	// The registration failed and was rolled back, so most likely there's nothing to delete.
	const isOptional = knownId === undefined && leftNothingInOkta.has(key);
	try {
		const okta = await openOkta(context);
		if (isOptional && !canReach(okta.orgUrl, uri)) return;
		const api = eventHooksApi(okta);
		const hooks = await api.list();
		const spec = { ...EMPTY_SPEC, owner: ownerOf(context), isTest, uri };
		const input = planInputFor('unpublish', key, spec, hooks, knownId);
		const plan = await makePlan(api, key, new Map(), input);
		remaining = plan.remove.map(({ id }) => id);
		for (const id of [...remaining]) {
			try {
				await api.remove(id);
				remaining = remaining.filter((each) => each !== id);
			} catch (error) {
				failed.push(error);
			}
		}
		if (failed.length === 0 && registration && !(await isInOrg(registration, okta, hooks))) {
			remaining = [registration.hookId];
			failed.push(
				`The credential no longer points to ${registration.orgUrl}, the org that has the hook.`,
			);
		}
	} catch (error) {
		failed.push(error);
	}
	if (failed.length === 0) return;
	const reason = messageOf(failed[0]);
	if (isOptional) {
		warn(context, `Couldn't check Okta for a leftover event hook: ${reason}`);
		return;
	}
	const which =
		remaining.length > 0
			? `Event hook ${remaining.join(', ')} is still`
			: `An event hook for ${uri} may still be`;
	throw withMessage(
		context.getNode(),
		failed[0],
		`${which} in Okta. Delete it in ${EVENT_HOOKS_PAGE}, or publish and unpublish the workflow again. ${reason}`,
	);
}
