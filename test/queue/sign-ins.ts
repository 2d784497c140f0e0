import { getExecution, listExecutions } from '../../lab/n8n/executions';
import type { DeliveryAttempt } from '../../lab/okta-org';
import type { Flow, World } from './world';

const AT_A_TIME = 5;

/** Signs in that many times, some at a time, and returns all attempts to deliver the events. */
export async function signInOften({ org }: World, count: number): Promise<DeliveryAttempt[]> {
	const attempts: DeliveryAttempt[] = [];
	let left = count;
	const signIns = Array.from({ length: AT_A_TIME }, async () => {
		while (left-- > 0) attempts.push(...(await org.signIn('sms')).deliveries);
	});
	await Promise.all(signIns);
	return attempts;
}

/** The `uuid` of the event of each execution that has not ended, by the execution's id. */
export async function eventsUnderWay(
	{ rest, org }: World,
	flow: Flow,
): Promise<Map<string, string>> {
	const underWay = (await listExecutions(rest, flow.id)).filter(({ status }) =>
		['new', 'running'].includes(status),
	);
	const published = org.log().map(({ uuid }) => uuid);
	const events = new Map<string, string>();
	for (const { id } of underWay) {
		const { stored } = await getExecution(rest, id);
		const uuid = published.find((each) => stored.includes(each));
		if (uuid !== undefined) events.set(id, uuid);
	}
	return events;
}
