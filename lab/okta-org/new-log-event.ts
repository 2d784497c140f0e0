import { randomUUID } from 'node:crypto';
import { randomToken } from './ids';
import type { LogEntity, LogEvent } from './log-event';

/** Okta itself, as the actor of an event. */
export const OKTA: LogEntity = {
	id: '00u0sYsTeMpRiNcIp5d7',
	type: 'SystemPrincipal',
	alternateId: 'system@okta.com',
	displayName: 'Okta System',
	detailEntry: null,
};

/** An event with every key of a System Log event. Keys that the caller omits are empty. */
export function logEvent(
	published: number,
	parts: Pick<LogEvent, 'eventType' | 'displayMessage' | 'actor' | 'outcome'> & Partial<LogEvent>,
): LogEvent {
	return {
		uuid: randomUUID(),
		published: new Date(published).toISOString(),
		version: '0',
		severity: 'INFO',
		legacyEventType: null,
		client: {
			userAgent: null,
			zone: null,
			device: null,
			id: null,
			ipAddress: null,
			geographicalContext: null,
		},
		device: null,
		authenticationContext: {
			authenticationProvider: null,
			credentialProvider: null,
			credentialType: null,
			issuer: null,
			interface: null,
			authenticationStep: 0,
			externalSessionId: `trs${randomToken(16)}`,
		},
		securityContext: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
		transaction: { type: 'WEB', id: randomToken(20), detail: {} },
		debugContext: { debugData: {} },
		request: { ipChain: [] },
		target: null,
		...parts,
	};
}
