import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { anonymizerOf } from './anonymizer';
import { behaviorsOf } from './behaviors';
import type { BehaviorResult } from './behaviors';
import { debugDataOf, debugValueOf, userOf } from './event';
import { factorOf } from './factor';
import { numberChallengeOf, pushResponseOf } from './push';
import { riskOf } from './risk';
import { logOnlySecurityDataOf } from './securityData';

type Data = Record<string, unknown>;

function recordOf(value: unknown): Data {
	return isRecord(value) ? value : {};
}

/** A string, number, or boolean as Okta sent it; null for anything else. */
function plain(value: unknown): string | number | boolean | null {
	const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
	return isPlain ? (value as string | number | boolean) : null;
}

/** Okta sends some booleans as text. */
function toBoolean(value: unknown): boolean | null {
	if (typeof value === 'boolean') return value;
	return value === 'true' ? true : value === 'false' ? false : null;
}

function isPositive(result: BehaviorResult | undefined): boolean | null {
	return result === 'POSITIVE' ? true : result === 'NEGATIVE' ? false : null;
}

/** The first target of a type; empty if there is none. */
function targetOf({ target }: LogEvent, type: string): Data {
	const targets: unknown[] = Array.isArray(target) ? target : [];
	return recordOf(targets.find((each) => isRecord(each) && each.type === type));
}

/** Whether the method can't be phished, from a string like `[DEVICE_BOUND, PHISHING_RESISTANT]`. */
function isPhishingResistant(properties: unknown): boolean | null {
	if (Array.isArray(properties)) return properties.includes('PHISHING_RESISTANT');
	if (typeof properties !== 'string' || properties === '') return null;
	return properties.split(/[[\], ]+/).includes('PHISHING_RESISTANT');
}

/**
 * What a security team needs to know about an event, in one flat object. Every key is always there, and null if
 * Okta left it out or it can't be read. The same event has the same summary, however it reached n8n.
 */
export function toSummary(event: LogEvent): IDataObject {
	const actor = recordOf(event.actor);
	const user = userOf(event) ?? {};
	const outcome = recordOf(event.outcome);
	const client = recordOf(event.client);
	const userAgent = recordOf(client.userAgent);
	const place = recordOf(client.geographicalContext);
	const coordinates = recordOf(place.geolocation);
	const security = recordOf(event.securityContext);
	const authentication = recordOf(event.authenticationContext);
	const debugData = debugDataOf(event);
	const enrollment = targetOf(event, 'AuthenticatorEnrollment');
	const method = recordOf(enrollment.detailEntry);
	const logOnly = logOnlySecurityDataOf(event);
	const risk = riskOf(event, logOnly);
	const behaviors = behaviorsOf(event, logOnly);
	const showed = (name: string) => isPositive(behaviors.get(name));
	return {
		time: plain(event.published),
		eventType: plain(event.eventType),
		message: plain(event.displayMessage),
		outcome: plain(outcome.result),
		reason: plain(outcome.reason),
		factor: factorOf(event) ?? null,
		userId: plain(user.id),
		userLogin: plain(user.alternateId),
		userName: plain(user.displayName),
		actorId: plain(actor.id),
		actorLogin: plain(actor.alternateId),
		actorName: plain(actor.displayName),
		actorType: plain(actor.type),
		ip: plain(client.ipAddress),
		city: plain(place.city),
		state: plain(place.state),
		country: plain(place.country),
		latitude: plain(coordinates.lat),
		longitude: plain(coordinates.lon),
		asn: plain(security.asNumber),
		asOrg: plain(security.asOrg),
		isp: plain(security.isp),
		isProxy: toBoolean(security.isProxy),
		device: plain(client.device),
		os: plain(userAgent.os),
		browser: plain(userAgent.browser),
		userAgent: plain(userAgent.rawUserAgent),
		app: plain(targetOf(event, 'AppInstance').displayName),
		authenticator: plain(enrollment.displayName),
		method: plain(method.methodTypeUsed),
		phishingResistant: isPhishingResistant(method.methodUsedVerifiedProperties),
		risk: risk.level,
		riskReasons: risk.reasons,
		behaviors: behaviors.size > 0 ? Object.fromEntries(behaviors) : null,
		newDevice: showed('New Device'),
		newIp: showed('New IP'),
		newGeoLocation: showed('New Geo-Location'),
		newCountry: showed('New Country'),
		newState: showed('New State'),
		newCity: showed('New City'),
		velocity: showed('Velocity') ?? showed('Velocity Behavior'),
		threatSuspected: toBoolean(debugValueOf(event, 'threatSuspected')),
		pushResponse: pushResponseOf(event),
		numberChallenge: numberChallengeOf(event),
		intent: plain(debugData.factorIntent),
		// Okta sends the word "null" if there is no zone.
		zone: client.zone === 'null' ? null : plain(client.zone),
		anonymizer: anonymizerOf(event),
		deviceManaged: toBoolean(recordOf(event.device).managed),
		sessionId: plain(authentication.externalSessionId),
		rootSessionId: plain(authentication.rootSessionId),
		authnRequestId: plain(debugData.authnRequestId),
		dtHash: plain(debugData.dtHash),
		transactionId: plain(recordOf(event.transaction).id),
		uuid: plain(event.uuid),
	};
}
