/**
 * The shape of one System Log event, as Okta's Management API describes it.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */

export interface GeographicalContext {
	city: string | null;
	state: string | null;
	country: string | null;
	postalCode: string | null;
	geolocation: { lat: number; lon: number } | null;
}

export interface IpAddress {
	ip: string;
	geographicalContext: GeographicalContext | null;
	version: 'V4' | 'V6';
	source: string | null;
}

export interface LogEntity {
	id: string;
	type: string;
	alternateId: string | null;
	displayName: string | null;
	detailEntry: Record<string, string> | null;
}

export interface LogEvent {
	uuid: string;
	published: string;
	eventType: string;
	version: string;
	displayMessage: string;
	severity: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
	legacyEventType: string | null;
	actor: LogEntity;
	client: {
		userAgent: { rawUserAgent: string; os: string; browser: string } | null;
		zone: string | null;
		device: string | null;
		id: string | null;
		ipAddress: string | null;
		geographicalContext: GeographicalContext | null;
	};
	authenticationContext: {
		authenticationProvider: string | null;
		credentialProvider: string | null;
		credentialType: string | null;
		issuer: { id: string; type: string } | null;
		interface: string | null;
		authenticationStep: number;
		externalSessionId: string | null;
	};
	outcome: { result: string; reason: string | null };
	securityContext: {
		asNumber: number | null;
		asOrg: string | null;
		isp: string | null;
		domain: string | null;
		isProxy: boolean | null;
	};
	transaction: { type: string; id: string; detail: Record<string, string> };
	/** Every value is a string. According to Okta, the keys aren't a data contract. */
	debugContext: { debugData: Record<string, string> };
	device: { id: string; name: string } | null;
	request: { ipChain: IpAddress[] };
	/** `null` if nothing but the actor was involved. */
	target: LogEntity[] | null;
}
