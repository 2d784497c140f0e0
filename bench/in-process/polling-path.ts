import type { IRun } from 'n8n-workflow';

import { pollContext } from '../../lab/n8n-core/contexts';
import { ALL_FILTERS } from '../shared/events';
import { openBuiltNode, withCredential } from './built-node';

/**
 * Opens the polling trigger. Each poll finds one page, and its request returns the given events immediately.
 *
 * @returns a function that polls and returns the number of items
 */
export function openPollingPath(): (page: unknown[]) => Promise<number> {
	const start = new Date(Date.UTC(2026, 0, 1)).toISOString();
	const { nodeType, workflow } = openBuiltNode('OktaUserMfaPollingTrigger', ALL_FILTERS, {});
	let body: unknown[] = [];
	let count = 0;
	const context = pollContext(workflow, { additionalData: withCredential() }, 'activate', {
		emit([items], _responsePromise, donePromise) {
			count += items.length;
			donePromise?.resolve({ mode: 'trigger', finished: true, status: 'success' } as IRun);
		},
	});
	Object.assign(context.helpers, {
		httpRequestWithAuthentication: async () => ({ statusCode: 200, headers: {}, body }),
	});
	return async (page) => {
		body = page;
		count = 0;
		Object.assign(context.getWorkflowStaticData('node'), { start });
		await nodeType.poll?.call(context);
		return count;
	};
}
