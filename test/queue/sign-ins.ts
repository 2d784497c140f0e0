import { getExecution, listExecutions } from '../../lab/n8n/executions';
import type { DeliveryAttempt } from '../../lab/okta-org';
import type { Flow, World } from './world';

const AT_A_TIME = 5;

/** Signs in that many users, five at a time, and returns all delivery attempts. */
export async function signInConcurrently(
	{ org }: World,
	count: number,
): Promise<DeliveryAttempt[]> {
	const attempts: DeliveryAttempt[] = [];
	let left = count;
	const signIns = Array.from({ length: AT_A_TIME }, async () => {
		while (left-- > 0) attempts.push(...(await org.signIn('sms')).deliveries);
	});
	await Promise.all(signIns);
	return attempts;
}

/** The `uuid` of the event in each unfinished execution, by execution ID. */
export async function unfinishedEvents(
	{ rest, org }: World,
	flow: Flow,
): Promise<Map<string, string>> {
	const unfinished = (await listExecutions(rest, flow.id)).filter(({ status }) =>
		['new', 'running'].includes(status),
	);
	const published = org.log().map(({ uuid }) => uuid);
	const events = new Map<string, string>();
	for (const { id } of unfinished) {
		const { stored } = await getExecution(rest, id);
		const uuid = published.find((each) => stored.includes(each));
		if (uuid !== undefined) events.set(id, uuid);
	}
	return events;
}
