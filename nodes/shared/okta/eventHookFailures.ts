import type { OktaFailure } from './failure';
import { EVENT_HOOKS_PAGE } from './resources';
import type { EventHookDefinition } from './types';

interface Cause {
	/** The event hook field at fault, e.g. `events.filter`; empty if Okta doesn't name one. */
	field: string;
	/** Okta's words, without any text that it quotes from the user. */
	words: string;
}

/** Text that Okta quotes from the user, including the hook's name in the cause of a failed verification. */
const QUOTED = /(?<!\w)'[^']*'(?!\w)|"[^"]*"|\bHook .* execution failed/gs;

/** Splits each cause into field and words, as in "name: The field is too long". */
function readCauses({ causes }: OktaFailure): Cause[] {
	return causes.map((cause) => {
		const [, field = '', words = cause] = /^([\w.[\]]+): ?(.*)$/s.exec(cause) ?? [];
		return { field, words: words.replace(QUOTED, '') };
	});
}

function isRejected({ status }: OktaFailure): boolean {
	return status === 400 || status === 403;
}

/**
 * Explains that the org has reached its limit of active event hooks; undefined if that isn't the reason. Okta
 * documents neither an error code nor a message for it, so this matches the messages of other limits in its API.
 */
export function explainLimit(failure: OktaFailure): string | undefined {
	const isLimit = readCauses(failure).some(
		({ field, words }) =>
			/^(eventHooks?|status)?$/.test(field) &&
			/\b(limit|max|maximum|quota|too many|(more than|at most|exceed|already have) \d+)\b/i.test(
				words,
			) &&
			!/character|length|size|header|event types?|filter|condition|rate/i.test(words),
	);
	if (!isRejected(failure) || !isLimit) return undefined;
	return `Your Okta org has reached its limit of 25 active event hooks. In ${EVENT_HOOKS_PAGE}, deactivate one that you no longer need, then publish the workflow again.`;
}

/** Okta doesn't document its response if the feature is off: a 400, or E0000015 as for any feature. */
function explainFilter(
	failure: OktaFailure,
	{ filterExpression }: EventHookDefinition,
): string | undefined {
	if (filterExpression === undefined) return undefined;
	const feature =
		"the Early Access feature 'Event Hook Filtering' in the Okta Admin Console under Settings > Features";
	const without =
		"To continue without it, clear 'Filter Expression' and turn off 'Filter in Okta' under 'Options'. Your other filters still apply in n8n.";
	if (failure.errorCode === 'E0000015') {
		return `Your Okta org doesn't support event hook filters. Turn on ${feature}. ${without}`;
	}
	const isAboutFilter = readCauses(failure).some(
		({ field, words }) =>
			/filter|condition|expression/i.test(field) ||
			(/^(events)?$/.test(field) && /\b(filters?|expressions?|conditions?)\b/i.test(words)),
	);
	if (failure.status !== 400 || !isAboutFilter) return undefined;
	return `Okta rejected the event hook's filter. Check 'Filter Expression' under 'Options', and turn on ${feature}. ${without}`;
}

function explainName(failure: OktaFailure, { name }: EventHookDefinition): string | undefined {
	const isTaken = readCauses(failure).some(
		({ field, words }) =>
			(/^(name|label)$/.test(field) ||
				(field === '' && /\bnamed?\b/i.test(words) && !/\b(host|uri|url)\b/i.test(words))) &&
			/\b(already|unique|taken|exists|duplicate|in use|used by)\b/i.test(words),
	);
	if (failure.status !== 400 || !isTaken) return undefined;
	return `Your Okta org already has an event hook named '${name}'. Set a different 'Hook Name' under 'Options', then publish the workflow again.`;
}

/**
 * Okta documents neither an error code nor a message for event types that event hooks don't support, or for too
 * many event types.
 */
function explainEventTypes(
	failure: OktaFailure,
	{ eventTypes }: EventHookDefinition,
): string | undefined {
	const isAboutTypes = readCauses(failure).some(
		({ field, words }) =>
			/^events?(\.items)?(\[\d+\])?$/.test(field) || /\bevent[ _]?types?\b/i.test(words),
	);
	if (failure.status !== 400 || !isAboutTypes) return undefined;
	return `Okta rejected the event types ${eventTypes.join(', ')}: ${failure.causes.join(' ')} Check 'Okta Events' and 'Other Events'. Event hooks don't support every event type, Classic Engine orgs support fewer than Identity Engine orgs, and Okta limits how many one event hook can have. The Okta User MFA Polling Trigger receives all of them.`;
}

/** Explains why Okta rejected an event hook's definition; undefined if the reason isn't specific to it. */
export function explainDefinition(
	failure: OktaFailure,
	definition: EventHookDefinition,
): string | undefined {
	return (
		explainLimit(failure) ??
		explainName(failure, definition) ??
		explainFilter(failure, definition) ??
		explainEventTypes(failure, definition)
	);
}

/** Explains why Okta rejected an event hook's verification; undefined if the reason isn't specific to it. */
export function explainVerification(failure: OktaFailure, uri: string): string | undefined {
	const limit = explainLimit(failure);
	if (limit !== undefined || failure.status !== 400) return limit;
	return `Okta couldn't verify the webhook URL ${uri}. It must be reachable from the internet, have a valid certificate, and respond within 3 seconds. Check WEBHOOK_URL, and make sure that the reverse proxy forwards GET requests and their headers to n8n.`;
}

/** Explains why Okta didn't delete an event hook; undefined if the reason isn't specific to it. */
export function explainDeletion(failure: OktaFailure, id: string): string | undefined {
	const { errorCode, summary = '' } = failure;
	const isAboutState = errorCode === 'E0000056' || /\b(de|in)?activ/i.test(summary);
	if (!isRejected(failure) || !isAboutState) return undefined;
	return `Okta only deletes inactive event hooks, but event hook ${id} is active again. Someone may have just activated it. Try again.`;
}

/** Whether Okta itself rejected a verification with a 400, other than for the number of hooks. */
export function isNotVerified(failure: OktaFailure): boolean {
	const isFromOkta = failure.status === 400 && failure.errorCode === 'E0000001';
	return isFromOkta && explainLimit(failure) === undefined;
}

/** Okta's own 404. A 404 without Okta's error code comes from something in between and proves nothing. */
export function isGone(failure: OktaFailure): boolean {
	return failure.status === 404 && failure.errorCode === 'E0000007';
}
