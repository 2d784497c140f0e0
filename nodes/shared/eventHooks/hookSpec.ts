import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';

import { operationError } from '../errors';
import { isLogOnly } from '../okta/logOnlyEvents';
import type { EventHookDefinition } from '../okta/types';
import { eventTypesOf } from '../oktaEvent/eventsFilter';
import type { Filter } from '../oktaEvent/filter';
import { readFixedSettings } from '../oktaEvent/filterSettings';
import { hookExpressionFor } from '../oktaEvent/hookExpression';
import { ownerOf } from '../owner';
import { parameterBoolean } from '../parameterBoolean';
import { parameterText } from '../parameterText';
import { isCatchUpOn } from './catchUpParameter';
import { hookName, MAX_NAME_LENGTH, truncate } from './hookName';
import { fingerprint, formatMark } from './mark';
import { hashSecret } from './secret';
import type { HookSecret } from './secret';

/** Who owns an event hook, and where it points. */
export interface HookIdentity {
	/** The n8n instance, workflow, and node: `ownerOf`. */
	owner: string;
	/** Whether the hook serves a test in n8n's editor. */
	isTest: boolean;
	/** The node's webhook URL. */
	uri: string;
}

/** The event hook that a trigger node needs in Okta, apart from its secret. */
export interface HookSpec extends HookIdentity {
	name: string;
	eventTypes: string[];
	/** Which events Okta sends, in the Okta Expression Language; undefined for all. */
	filterExpression: string | undefined;
	/** Whether n8n repairs the hook automatically. */
	repairsHook: boolean;
}

/** Joins two conditions with a logical AND. */
function both(first: string | undefined, second: string | undefined): string | undefined {
	if (first === undefined || second === undefined) return first ?? second;
	return `(${first}) && (${second})`;
}

/** The selected event types that Okta sends to event hooks. */
function readEventTypes(
	context: IHookFunctions | IPollFunctions,
	filters: readonly Filter[],
): string[] {
	const selected = eventTypesOf(readFixedSettings(context, filters));
	const sent = selected.filter((type) => !isLogOnly(type));
	const fail = (message: string) =>
		operationError(context.getNode(), message, 'configuration-invalid');
	if (sent.length === 0) {
		throw fail(
			"Okta doesn't send any of the selected events to event hooks. They appear only in the System Log. Use an Okta User MFA Polling Trigger instead, or add another event in 'Okta Events'.",
		);
	}
	const logOnly = selected.find(isLogOnly);
	if (logOnly !== undefined && !isCatchUpOn(context)) {
		throw fail(
			`Okta doesn't send ${logOnly} to event hooks. It appears only in the System Log. Turn on 'Catch Up From System Log', or remove this event.`,
		);
	}
	return sent;
}

/** Includes the address because a copy of this n8n instance has the same owner. */
function shortFingerprint({ owner, uri }: Pick<HookIdentity, 'owner' | 'uri'>): string {
	return fingerprint(`${owner} ${uri}`).slice(0, 8);
}

/** A name that is unique to the node, for orgs in which another hook already has the given name. */
export function distinctName(name: string, identity: HookIdentity): string {
	const suffix = ` (${shortFingerprint(identity)})`;
	return truncate(name, MAX_NAME_LENGTH - suffix.length) + suffix;
}

/**
 * Reads the event hook that the node needs from its parameters.
 *
 * @param uri the node's webhook URL
 * @throws if an expression fails or returns a value that the field can't have, or if Okta can't send what the
 * user selected
 */
export function readHookSpec(
	context: IHookFunctions | IPollFunctions,
	filters: readonly Filter[],
	uri: string,
): HookSpec {
	const option = (name: string, displayName: string) => {
		const value = context.getNodeParameter(`options.${name}`, '');
		return parameterText(value, displayName, context).trim();
	};
	const repairHook = context.getNodeParameter('options.repairHook', true);
	const owner = ownerOf(context);
	const isTest = context.getMode() === 'manual';
	return {
		owner,
		isTest,
		uri,
		name: hookName({
			chosenName: option('hookName', 'Hook Name'),
			workflowName: context.getWorkflow().name ?? '',
			nodeName: context.getNode().name,
			fingerprint: shortFingerprint({ owner, uri }),
			isTest,
		}),
		eventTypes: readEventTypes(context, filters),
		filterExpression: both(
			option('filterExpression', 'Filter Expression') || undefined,
			hookExpressionFor(context, filters),
		),
		repairsHook: parameterBoolean(repairHook, 'Repair Hook', context, true),
	};
}

/** The event hook to store in Okta. */
export function toDefinition(spec: HookSpec, secret: HookSecret): EventHookDefinition {
	const { name, owner, isTest, eventTypes, filterExpression, uri } = spec;
	const mark = formatMark({
		owner: fingerprint(owner),
		isTest,
		secret: fingerprint(hashSecret(secret.value)),
		secretTime: secret.time,
	});
	return {
		name,
		description: `Created by n8n to start a workflow. n8n deletes it when the workflow is unpublished. ${mark}`,
		eventTypes,
		filterExpression,
		uri,
	};
}
