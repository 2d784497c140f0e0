import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';

import type { Okta } from '../okta/client';
import { ownerOf } from '../owner';
import { createCursor, changeFilter } from './cursor';
import type { LogCursor } from './cursor';
import { readCursor } from './cursorStore';
import { readerOf } from './memory';

/** Whether a cursor belongs to a different org than the credential. One org can have several URLs. */
async function isOfOtherOrg({ orgUrl, orgId }: LogCursor, okta: Okta): Promise<boolean> {
	if (orgUrl === okta.orgUrl || orgId === undefined) return false;
	const id = await okta.readOrgId();
	return id !== undefined && id !== orgId;
}

/**
 * Where a node starts or continues reading, according to this process or, failing that, to what n8n stored.
 *
 * @param key `nodeKeyOf`
 * @param filter the System Log query, which may have changed
 * @param start returns when to start from if the node has never read this org's log
 */
export async function openCursor(
	context: IHookFunctions | IPollFunctions,
	okta: Okta,
	key: string,
	filter: string,
	start: () => Date,
): Promise<LogCursor> {
	const owner = ownerOf(context);
	const known = readerOf(key).cursor ?? readCursor(context, owner);
	if (known !== undefined && !(await isOfOtherOrg(known, okta))) {
		const orgId = known.orgId ?? (await okta.readOrgId());
		return changeFilter({ ...known, orgUrl: okta.orgUrl, orgId }, filter);
	}
	const orgId = await okta.readOrgId();
	return createCursor({ owner, orgUrl: okta.orgUrl, orgId }, filter, start());
}
