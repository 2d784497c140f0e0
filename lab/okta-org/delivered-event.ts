import type { LogEvent } from './log-event';
import type { DeliveredEvent } from './types';

/**
 * A System Log event the way a hook receives it: without keys that are `null`, and with the IP addresses in
 * `client.ipChain` instead of `request.ipChain`.
 */
export function toDeliveredEvent({ request, client, ...event }: LogEvent): DeliveredEvent {
	return withoutNulls({
		...event,
		client: { ...client, ipChain: request.ipChain },
	}) as DeliveredEvent;
}

function withoutNulls(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNulls);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, entry]) => entry !== null)
			.map(([key, entry]) => [key, withoutNulls(entry)]),
	);
}
