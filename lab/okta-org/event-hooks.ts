import type { EventHook, EventHookInput, Link } from './event-hook';
import { eventHookInvalid, OktaApiError } from './errors';
import { validateEventHook, type HookRules } from './event-hook-validation';
import { parseHookFilter } from './hook-filter';
import { oktaId } from './ids';
import type { LogEvent } from './log-event';
import { ADMIN, type OrgState, type StoredHook } from './state';
import { verifyEndpoint } from './verification';

const MAXIMUM_ACTIVE_AND_VERIFIED = 25;

/** How many characters of a description are left if the org truncates it. */
const TRUNCATED_LENGTH = 60;

/**
 * An org's event hooks and their rules, without HTTP and access checks.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export class EventHooks {
	constructor(private readonly org: OrgState) {}

	list(): EventHook[] {
		return [...this.org.hooks.values()].map((hook) => this.present(hook));
	}

	get(id: string): EventHook {
		return this.present(this.find(id));
	}

	create(body: unknown): EventHook {
		const { input, secret, status = 'ACTIVE' } = validateEventHook(body, this.rulesFor());
		this.requireFreeName(input.name);
		// Okta documents the limit, but not which call fails. Here, each call that would exceed it does.
		if (status === 'ACTIVE') this.requireRoom();
		const now = this.org.now();
		const hook: StoredHook = {
			id: oktaId('who'),
			input,
			secret,
			status,
			verified: false,
			created: now,
			lastUpdated: now,
		};
		this.org.hooks.set(hook.id, hook);
		return this.present(hook);
	}

	replace(id: string, body: unknown): EventHook {
		const hook = this.find(id);
		const { input, secret, status = hook.status } = validateEventHook(body, this.rulesFor(hook));
		this.requireFreeName(input.name, hook);
		// Any secret counts as a change, even the old one. Okta doesn't document whether it compares them, and
		// clients are on the safe side if they verify again.
		const isNewSecret = secret !== undefined && this.org.newSecretEndsVerification;
		const isSameChannel = JSON.stringify(input.channel) === JSON.stringify(hook.input.channel);
		const staysVerified = hook.verified && !isNewSecret && isSameChannel;
		if (staysVerified && hook.status === 'INACTIVE' && status === 'ACTIVE') this.requireRoom();
		hook.verified = staysVerified;
		hook.secret = input.channel.config.authScheme ? (secret ?? hook.secret) : undefined;
		hook.input = input;
		// Okta's response to a replace still has the time of the previous change, unless the status changed.
		const { lastUpdated } = this.present(hook);
		const isNewStatus = status !== hook.status;
		hook.status = status;
		return { ...this.touch(hook), ...(!isNewStatus && { lastUpdated }) };
	}

	/** Verifies the endpoint. If that fails, throws and leaves the hook unchanged, unless the org's option differs. */
	async verify(id: string): Promise<EventHook> {
		const hook = this.find(id);
		if (hook.status === 'ACTIVE' && !hook.verified) this.requireRoom();
		const channel = JSON.stringify([hook.input.channel, hook.secret]);
		try {
			await verifyEndpoint(this.org, hook);
		} catch (error) {
			if (this.org.failureEndsVerification) this.endVerification(hook);
			throw error;
		}
		// Other calls may have come in since: the hook must still exist and be unchanged.
		if (this.find(id) !== hook || JSON.stringify([hook.input.channel, hook.secret]) !== channel) {
			throw eventHookInvalid('The event hook was changed during its verification');
		}
		if (hook.status === 'ACTIVE' && !hook.verified) this.requireRoom();
		hook.verified = true;
		return this.touch(hook);
	}

	activate(id: string): EventHook {
		const hook = this.find(id);
		if (hook.status === 'INACTIVE' && hook.verified) this.requireRoom();
		hook.status = 'ACTIVE';
		return this.touch(hook);
	}

	deactivate(id: string): EventHook {
		const hook = this.find(id);
		hook.status = 'INACTIVE';
		if (this.org.deactivationEndsVerification) hook.verified = false;
		return this.touch(hook);
	}

	delete(id: string): void {
		const hook = this.find(id);
		if (hook.status !== 'INACTIVE') {
			const cause = 'Only event hooks with a status of INACTIVE can be deleted';
			throw this.org.deleteOfActive === 403
				? new OktaApiError('E0000056', { causes: [cause] })
				: eventHookInvalid(cause);
		}
		this.org.hooks.delete(id);
	}

	/** The hook as a replace call would send it. Without a secret, which keeps the current one. */
	inputOf(id: string): EventHookInput {
		return structuredClone(this.find(id).input);
	}

	/** The hooks that an event goes to. */
	subscribedTo(event: LogEvent): StoredHook[] {
		return [...this.org.hooks.values()].filter(
			(hook) =>
				receivesEvents(hook) &&
				hook.input.events.items.includes(event.eventType) &&
				passes(hook, event),
		);
	}

	private find(id: string): StoredHook {
		const hook = this.org.hooks.get(id);
		if (!hook) {
			throw new OktaApiError('E0000007', { subject: `Resource not found: ${id} (Webhook)` });
		}
		return hook;
	}

	private endVerification(hook: StoredHook): void {
		if (!hook.verified) return;
		hook.verified = false;
		this.touch(hook);
	}

	private touch(hook: StoredHook): EventHook {
		hook.lastUpdated = this.org.now();
		return this.present(hook);
	}

	private rulesFor(hook?: StoredHook): HookRules {
		const { filterFeature, featureOff, maxEventTypes } = this.org;
		return { filterFeature, featureOff, maxEventTypes, keepsSecret: hook?.secret !== undefined };
	}

	private requireFreeName(name: string, owner?: StoredHook): void {
		if (this.org.duplicateNames === 'accepted') return;
		const isTaken = [...this.org.hooks.values()].some(
			(hook) => hook !== owner && hook.input.name === name,
		);
		if (isTaken) {
			throw new OktaApiError('E0000001', {
				subject: 'name',
				causes: ['name: Another event hook has this name already'],
			});
		}
	}

	private requireRoom(): void {
		const taken = [...this.org.hooks.values()].filter(receivesEvents).length;
		if (taken < MAXIMUM_ACTIVE_AND_VERIFIED) return;
		if (this.org.hookLimit === 403) throw new OktaApiError('E0000166');
		throw eventHookInvalid(
			`The maximum number of active and verified event hooks (${MAXIMUM_ACTIVE_AND_VERIFIED}) has been reached`,
		);
	}

	private presentDescription({ input }: StoredHook): string | null | undefined {
		if (this.org.descriptions === 'omitted') return null;
		if (this.org.descriptions === 'truncated') return input.description?.slice(0, TRUNCATED_LENGTH);
		return input.description;
	}

	private present(hook: StoredHook): EventHook {
		const self = `${this.org.url}/api/v1/eventHooks/${hook.id}`;
		const post = (action: string): Link => ({
			href: `${self}/lifecycle/${action}`,
			hints: { allow: ['POST'] },
		});
		const presented: EventHook = {
			...structuredClone(hook.input),
			description: this.presentDescription(hook),
			id: hook.id,
			status: hook.status,
			verificationStatus: hook.verified ? 'VERIFIED' : 'UNVERIFIED',
			created: toSecond(hook.created),
			createdBy: ADMIN.id,
			lastUpdated: toSecond(hook.lastUpdated),
			_links:
				hook.status === 'ACTIVE'
					? { self: { href: self }, verify: post('verify'), deactivate: post('deactivate') }
					: {
							activate: post('activate'),
							self: { href: self },
							delete: { href: self, hints: { allow: ['DELETE'] } },
						},
		};
		return this.org.unsetProperties === 'null' ? presented : withoutUnset(presented);
	}
}

/** Without the properties that are null because a caller didn't set them. */
function withoutUnset({
	description,
	events: { filter, ...events },
	...hook
}: EventHook): EventHook {
	return {
		...hook,
		...(description !== null && { description }),
		events: { ...events, ...(filter !== null && { filter }) },
	};
}

/** Okta returns the times of hooks in whole seconds. */
function toSecond(time: number): string {
	return new Date(Math.floor(time / 1000) * 1000).toISOString();
}

function receivesEvents(hook: StoredHook): boolean {
	return hook.status === 'ACTIVE' && hook.verified;
}

function passes(hook: StoredHook, event: LogEvent): boolean {
	const conditions = (hook.input.events.filter?.eventFilterMap ?? []).filter(
		(entry) => entry.event === event.eventType,
	);
	return conditions.every(({ condition }) => parseHookFilter(condition.expression)(event));
}
