import type { IHookFunctions } from 'n8n-workflow';

import { messageOf, withMessage } from '../errors';
import { openOkta } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import { CONSOLE_PLACE } from '../okta/resources';
import { makePlan } from './elsewhere';
import type { HookIdentity } from './hookSpec';
import { warn } from './log';
import { rolledBack } from './memory';
import { ownerOf } from '../owner';
import { isReachableFrom } from './reachability';
import { isOrgOf, situationOf } from './situation';
import { readOwnRegistration } from './staticData';

/** What a node that is unpublished wants in Okta. */
const NOTHING_WANTED = {
	name: '',
	eventTypes: [],
	filterExpression: undefined,
	isRepaired: true,
};

/**
 * Deactivates and deletes every hook of this node, going by what is in Okta.
 *
 * @param key `nodeKeyOf`
 * @param rememberedId the hook, as far as this process knows
 * @throws NodeApiError that names what is left in Okta, and where to delete it
 */
export async function unpublish(
	context: IHookFunctions,
	{ isTest, uri }: Pick<HookIdentity, 'isTest' | 'uri'>,
	key: string,
	rememberedId: string | undefined,
): Promise<void> {
	const registration = readOwnRegistration(context);
	const knownId = registration?.hookId ?? rememberedId;
	let left = knownId === undefined ? [] : [knownId];
	const failed: unknown[] = [];
	// The registration failed and was rolled back: most likely there is nothing to remove.
	const isOptional = knownId === undefined && rolledBack.has(key);
	try {
		const okta = await openOkta(context);
		if (isOptional && !isReachableFrom(okta.orgUrl, uri)) return;
		const api = eventHooksApi(okta);
		const hooks = await api.list();
		const spec = { ...NOTHING_WANTED, owner: ownerOf(context), isTest, uri };
		const situation = situationOf('unpublish', key, spec, hooks, knownId);
		const plan = await makePlan(api, key, new Map(), situation);
		left = plan.remove.map(({ id }) => id);
		for (const id of [...left]) {
			try {
				await api.remove(id);
				left = left.filter((each) => each !== id);
			} catch (error) {
				failed.push(error);
			}
		}
		if (failed.length === 0 && registration && !(await isOrgOf(registration, okta, hooks))) {
			left = [registration.hookId];
			failed.push(
				`The credential now points to another org than ${registration.orgUrl}, which has the hook.`,
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
		left.length > 0
			? `Event hook ${left.join(', ')} is still`
			: `An event hook for ${uri} may still be`;
	throw withMessage(
		context.getNode(),
		failed[0],
		`${which} in Okta: delete it in ${CONSOLE_PLACE}, or publish and unpublish the workflow once more. ${reason}`,
	);
}
