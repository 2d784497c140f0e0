import { randomUUID } from 'node:crypto';
import { oktaId, randomToken } from './ids';
import type { GeographicalContext, LogEntity, LogEvent } from './log-event';
import { merge } from './merge';
import type { EventOverrides, SignInKind } from './types';

/** What a kind of sign-in looks like in an Identity Engine org. */
interface Recipe {
	factor: string;
	/** The authenticator's name and the method, as the `AuthenticatorEnrollment` target shows them. */
	authenticator: { name: string; method: string };
	credentialType: string | null;
	outcome: { result: string; reason: string | null };
	requestUri: string;
	debugData?: Record<string, string>;
}

const SUCCESS = { result: 'SUCCESS', reason: null };

const PUSH = {
	factor: 'OKTA_VERIFY_PUSH',
	authenticator: { name: 'Okta Verify', method: 'Get a push notification' },
	credentialType: null,
	requestUri: '/api/v1/authn/factors/opfm3uJ8sPzXw4kTq5d7/transactions/verify',
};

const RECIPES: Record<SignInKind, Recipe> = {
	pushApproved: {
		...PUSH,
		outcome: SUCCESS,
		debugData: { pushOnlyResponseType: 'OV_RESPONSE_APPROVE' },
	},
	// Identity Engine has no special outcome for a denied push: it's a failure, like a wrong password.
	pushDenied: {
		...PUSH,
		outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
		debugData: { pushOnlyResponseType: 'OV_RESPONSE_DENY' },
	},
	// A wrong number and an error are such failures too. With a wrong number, the push counts as approved.
	wrongNumber: {
		...PUSH,
		outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
		debugData: {
			pushOnlyResponseType: 'OV_RESPONSE_APPROVE',
			pushWithNumberChallengeResponseType: 'OV_WITH_CHALLENGE_RESPONSE_INVALID',
		},
	},
	pushError: {
		...PUSH,
		outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
		debugData: { pushOnlyResponseType: 'OV_RESPONSE_ERROR' },
	},
	// Identity Engine reports the password with the same event type as a second factor.
	password: {
		factor: 'PASSWORD_AS_FACTOR',
		authenticator: { name: 'Password', method: 'Password' },
		credentialType: null,
		outcome: SUCCESS,
		requestUri: '/idp/idx/identify',
	},
	securityKey: {
		factor: 'FIDO_WEBAUTHN',
		authenticator: { name: 'Security Key or Biometric', method: 'Security key' },
		credentialType: null,
		outcome: SUCCESS,
		requestUri: '/idp/idx/challenge/answer',
	},
	sms: {
		factor: 'SMS_FACTOR',
		authenticator: { name: 'Phone', method: 'SMS' },
		credentialType: 'SMS',
		outcome: SUCCESS,
		requestUri: '/idp/idx/challenge/answer',
	},
};

export const USER: LogEntity = {
	id: '00u7tPq3Lw9ZkEoXb5d7',
	type: 'User',
	alternateId: 'mara.lindt@example.com',
	displayName: 'Mara Lindt',
	detailEntry: null,
};

const LISBON: GeographicalContext = {
	city: 'Lisbon',
	state: 'Lisbon',
	country: 'Portugal',
	postalCode: '1100-148',
	geolocation: { lat: 38.7139, lon: -9.1394 },
};

/**
 * The System Log event of a sign-in of this kind. It has every key in Okta's samples, with `null` for those
 * without a value.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/?q=user.authentication.auth_via_mfa
 */
export function signInEvent(
	kind: SignInKind,
	published: number,
	overrides: EventOverrides = {},
): LogEvent {
	const { factor, authenticator, credentialType, outcome, requestUri, debugData } = RECIPES[kind];
	const requestId = randomToken(20);
	const event: LogEvent = {
		uuid: randomUUID(),
		published: new Date(published).toISOString(),
		eventType: 'user.authentication.auth_via_mfa',
		version: '0',
		displayMessage: 'Authentication of user via MFA',
		severity: 'INFO',
		legacyEventType: `core.user.factor.attempt_${outcome.result === 'SUCCESS' ? 'success' : 'fail'}`,
		actor: USER,
		client: {
			userAgent: {
				rawUserAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
				os: 'Linux',
				browser: 'FIREFOX',
			},
			// Okta sends this word if there's no zone.
			zone: 'null',
			device: 'Computer',
			id: null,
			ipAddress: '203.0.113.24',
			geographicalContext: LISBON,
		},
		device: null,
		authenticationContext: {
			authenticationProvider: 'FACTOR_PROVIDER',
			credentialProvider: 'OKTA_CREDENTIAL_PROVIDER',
			credentialType,
			issuer: null,
			interface: null,
			authenticationStep: 0,
			externalSessionId: `idx${randomToken(16)}`,
		},
		outcome,
		securityContext: {
			asNumber: 64500,
			asOrg: 'example broadband',
			isp: 'example broadband',
			domain: 'example.net',
			isProxy: false,
		},
		transaction: { type: 'WEB', id: requestId, detail: {} },
		debugContext: {
			debugData: {
				requestId,
				requestUri,
				url: `${requestUri}?`,
				threatSuspected: 'false',
				factor,
				factorIntent: 'AUTHENTICATION',
				authnRequestId: randomToken(20),
				...debugData,
			},
		},
		request: {
			ipChain: [{ ip: '203.0.113.24', geographicalContext: LISBON, version: 'V4', source: null }],
		},
		target: [
			USER,
			{
				id: oktaId('pfd'),
				type: 'AuthenticatorEnrollment',
				alternateId: 'unknown',
				displayName: authenticator.name,
				detailEntry: { methodTypeUsed: authenticator.method },
			},
		],
	};
	return merge(structuredClone(event), overrides);
}
