import { toDeliveredEvent } from './delivered-event';
import { deliveryBody } from './delivery-body';
import type { EventHooks } from './event-hooks';
import { failedDelivery } from './failed-delivery';
import { requestHook, shouldRetry } from './hook-request';
import type { LogEvent } from './log-event';
import type { OrgState, StoredHook } from './state';
import type { DeliveryAttempt, DeliveryBody } from './types';

/**
 * Delivers events to the hooks.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/#event-hook-process
 */
export class Deliveries {
	private readonly inFlight = new Set<Promise<unknown>>();

	constructor(
		private readonly org: OrgState,
		private readonly hooks: EventHooks,
	) {}

	/**
	 * Stores events in the System Log and delivers them: one call per hook, with every event that it
	 * subscribes to. Resolves once all attempts have ended, with the stored events and the attempts.
	 */
	async publish(events: LogEvent[]): Promise<{ events: LogEvent[]; attempts: DeliveryAttempt[] }> {
		const perHook = new Map<StoredHook, LogEvent[]>();
		const stored = events.map((event) => {
			const hooks = this.hooks.subscribedTo(event);
			const logged = withTargetHooks(event, hooks);
			for (const hook of hooks) perHook.set(hook, [...(perHook.get(hook) ?? []), logged]);
			return logged;
		});
		this.org.log.append(...stored);

		const attempts: DeliveryAttempt[] = [];
		await Promise.all(
			[...perHook].map(async ([hook, matching]) => {
				await this.deliver(hook, this.envelope(hook, matching), attempts);
			}),
		);
		return { events: stored, attempts };
	}

	/** Sends the same body again. Okta delivers at least once, so it may repeat a delivery. */
	async redeliver(eventId: string): Promise<DeliveryAttempt[]> {
		const earlier = this.org.deliveries.find((attempt) => attempt.eventId === eventId);
		if (!earlier) throw new Error(`There was no delivery with the eventId ${eventId}`);
		const hook = this.org.hooks.get(earlier.hookId);
		if (!hook)
			throw new Error(`The event hook ${earlier.hookId} of that delivery no longer exists`);
		const attempts: DeliveryAttempt[] = [];
		await this.deliver(hook, earlier.body, attempts);
		return attempts;
	}

	/** Resolves when no delivery is in progress. */
	async settled(): Promise<void> {
		await Promise.allSettled(this.inFlight);
	}

	private async deliver(
		hook: StoredHook,
		body: DeliveryBody,
		attempts: DeliveryAttempt[],
	): Promise<void> {
		const delivery = this.attemptTwice(hook, body, attempts);
		this.inFlight.add(delivery);
		try {
			await delivery;
		} finally {
			this.inFlight.delete(delivery);
		}
	}

	private async attemptTwice(
		hook: StoredHook,
		body: DeliveryBody,
		attempts: DeliveryAttempt[],
	): Promise<void> {
		const text = JSON.stringify(body);
		for (const attempt of [1, 2]) {
			const time = new Date(this.org.now()).toISOString();
			const started = performance.now();
			const response = await requestHook(this.org, hook, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: text,
			});
			const record: DeliveryAttempt = {
				hookId: hook.id,
				eventId: body.eventId,
				attempt,
				status: response.status,
				error: response.error,
				delivered: response.status === 200 || response.status === 204,
				uuids: body.data.events.map((event) => event.uuid),
				time,
				duration: Math.round(performance.now() - started),
				body,
			};
			this.org.deliveries.push(record);
			attempts.push(record);
			if (record.delivered || this.org.stopped.signal.aborted) return;
			if (!shouldRetry(response)) break;
		}
		this.org.log.append(failedDelivery(hook, attempts.at(-1)!, this.org.now()));
	}

	private envelope(hook: StoredHook, events: LogEvent[]): DeliveryBody {
		const hookUrl = `${this.org.url}/api/v1/eventHooks/${hook.id}`;
		return deliveryBody(hookUrl, events.map(toDeliveredEvent), this.org.now());
	}
}

/** Okta lists in an event the hooks that it's meant for, whether or not they receive it. */
function withTargetHooks(event: LogEvent, hooks: StoredHook[]): LogEvent {
	const logged = structuredClone(event);
	if (hooks.length > 0) {
		logged.debugContext.debugData.targetEventHookIds = hooks.map((hook) => hook.id).join(',');
	}
	return logged;
}
