import type { OktaFailure } from './failure';
import { CONSOLE_PLACE } from './resources';
import type { EventHookDefinition } from './types';

/** Okta documents neither code nor text for the limit. These are those of other limits in its API. */
const LIMIT_TEXT = /maximum number|\b(limit|maximum)\b.*\b(reached|exceeded)|exceed\w* .*\blimit/i;

/** What Okta says of a text that is too long looks alike. */
const LENGTH_TEXT = /character|length|too long/i;

/** What it means that Okta accepts no further active event hook; undefined if that isn't the reason. */
export function explainLimit({ status, summary = '' }: OktaFailure): string | undefined {
	if (status !== 400 && status !== 403) return undefined;
	if (!LIMIT_TEXT.test(summary) || LENGTH_TEXT.test(summary)) return undefined;
	return `The Okta org has used up its 25 active event hooks. Deactivate one that is no longer needed in ${CONSOLE_PLACE}, then publish the workflow again.`;
}

/** Okta does not document its response if the feature is off: 400, or E0000015 as for any feature. */
function explainFilter(
	{ status, errorCode, summary = '' }: OktaFailure,
	{ filterExpression }: EventHookDefinition,
): string | undefined {
	if (filterExpression === undefined) return undefined;
	const feature =
		"the Early Access feature 'Event Hook Filtering' in the Okta Admin Console under Settings > Features";
	const without =
		"To continue without it, clear 'Filter Expression' and turn off 'Filter in Okta' under 'Options': n8n applies all other filters itself.";
	if (errorCode === 'E0000015') {
		return `Your Okta org doesn't support filters for event hooks. Turn on ${feature}. ${without}`;
	}
	if (status !== 400 || !/filter|expression|condition/i.test(summary)) return undefined;
	return `Okta rejected the event hook's filter. Check 'Filter Expression' under 'Options', and turn on ${feature}. ${without}`;
}

const NAME_TAKEN_TEXT = /\bname\b.*\b(already|unique|taken|in use|duplicate)|already .*\bname\b/i;

function explainName(
	{ status, summary = '' }: OktaFailure,
	{ name }: EventHookDefinition,
): string | undefined {
	if (status !== 400 || !NAME_TAKEN_TEXT.test(summary)) return undefined;
	return `Your Okta org already has an event hook with the name '${name}'. Set another 'Hook Name' under 'Options', then publish the workflow again.`;
}

/** What it means that Okta rejected the definition of an event hook; undefined if it's nothing special. */
export function explainDefinition(
	failure: OktaFailure,
	definition: EventHookDefinition,
): string | undefined {
	return (
		explainLimit(failure) ?? explainName(failure, definition) ?? explainFilter(failure, definition)
	);
}

/** What it means that Okta rejected the verification of an event hook; undefined if it's nothing special. */
export function explainVerification(failure: OktaFailure, uri: string): string | undefined {
	if (failure.status !== 400) return undefined;
	return (
		explainLimit(failure) ??
		`Okta could not verify the webhook URL ${uri}. Okta must reach it from the internet with a valid certificate, and get n8n's answer within 3 seconds: check WEBHOOK_URL, and that the reverse proxy passes GET requests and their headers to n8n.`
	);
}

/** What it means that Okta didn't delete an event hook; undefined if it's nothing special. */
export function explainDeletion(failure: OktaFailure, id: string): string | undefined {
	const { status, errorCode, summary = '' } = failure;
	const isRejected = status === 400 || status === 403;
	if (!isRejected || (errorCode !== 'E0000056' && !/\b(de|in)?activ/i.test(summary)))
		return undefined;
	return `Okta deletes only inactive event hooks, and event hook ${id} is active again: someone may have just activated it. Try again.`;
}

/** Okta's own 400 to a verification, unless it is about the number of hooks. */
export function isNotVerified(failure: OktaFailure): boolean {
	const isOktas = failure.status === 400 && failure.errorCode === 'E0000001';
	return isOktas && explainLimit(failure) === undefined;
}

/** Okta's own 404: one without its error code comes from something in between, and proves nothing. */
export function isGone(failure: OktaFailure): boolean {
	return failure.status === 404 && failure.errorCode === 'E0000007';
}
