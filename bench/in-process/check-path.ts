import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { hookContext, pollContext } from '../../lab/n8n-core/contexts';
import { ALL_FILTERS } from '../shared/events';
import { openBuiltNode, withCredential } from './built-node';

/** An unrelated event hook, as Okta's API returns it. */
function otherHook(index: number): IDataObject {
	return {
		id: `whoother${String(index).padStart(12, '0')}`,
		status: 'ACTIVE',
		verificationStatus: 'VERIFIED',
		name: `Other ${index}`,
		description: 'Sends sign-ins to a SIEM',
		created: '2026-01-05T09:00:00.000Z',
		lastUpdated: '2026-01-05T09:00:01.000Z',
		events: { type: 'EVENT_TYPE', items: ['user.session.start'], filter: null },
		channel: {
			type: 'HTTP',
			version: '1.0.0',
			config: { uri: `https://siem.example.com/${index}`, headers: [], method: 'POST' },
		},
	};
}

/**
 * Publishes the trigger in an in-memory org, which responds immediately.
 *
 * @param hookCount the number of event hooks in the org
 * @returns a function that checks the event hook and returns the number of requests it made
 */
export async function openCheckPath(hookCount: number): Promise<() => Promise<number>> {
	const { nodeType, workflow } = openBuiltNode('OktaUserMfaTrigger', ALL_FILTERS, {});
	const additionalData = withCredential({
		clientId: '0oabench',
		clientSecret: 'worthless-but-long-enough',
	});
	const hooks = Array.from({ length: hookCount - 1 }, (_, index) => otherHook(index));
	let own: IDataObject | undefined;
	let requests = 0;
	const respond = ({ method, url, body }: IHttpRequestOptions): unknown => {
		requests += 1;
		if (method === 'GET') return JSON.parse(JSON.stringify(own ? [...hooks, own] : hooks));
		if (url.endsWith('/verify')) own = { ...own, verificationStatus: 'VERIFIED' };
		else own = { ...otherHook(0), ...(body as IDataObject), id: 'whobench000000000001' };
		return own;
	};
	const helpers = {
		httpRequest: async () => ({ id: '00obench' }),
		httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => ({
			statusCode: 200,
			headers: {},
			body: respond(options),
		}),
	};
	const hook = hookContext(workflow, { additionalData }, 'activate');
	Object.assign(hook.helpers, helpers);
	await nodeType.webhookMethods?.default?.create.call(hook);
	const poll = pollContext(workflow, { additionalData }, 'activate');
	Object.assign(poll.helpers, helpers);
	return async () => {
		requests = 0;
		await nodeType.poll?.call(poll);
		return requests;
	};
}
