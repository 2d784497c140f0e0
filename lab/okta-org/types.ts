/** What a test, the demo and the page see of the stand-in org. */
import type { JSONWebKeySet } from 'jose';
import type { EventHook, EventHookInput } from './event-hook';
import type { LogEvent } from './log-event';

export interface OktaOrgOptions {
	/** 0, the default, takes a free port. */
	port?: number;
	/** The clock, in milliseconds: lifetimes, `published`, `created` … all follow it. */
	now?: () => number;
	/** Redirect URIs registered for the app; `'any'` (the default) takes every one that is well-formed. */
	redirectUris?: string[] | 'any';
	clientId?: string;
	clientSecret?: string;
	/** Seconds; Okta's access tokens live for 3600. */
	accessTokenLifetime?: number;
	/** Every refresh hands out a new refresh token and voids the old one. */
	rotateRefreshTokens?: boolean;
	/** Whether the org has event hook filters (Early Access). */
	filterFeature?: boolean;
	/** Milliseconds that a verification or a delivery may take; Okta waits 3000. */
	deliveryTimeout?: number;
	/** Scopes that an admin granted to the app. */
	grantedScopes?: string[];
	/** Milliseconds added to every API and OAuth call. */
	latency?: number;
	/** What the API returns of a hook's description; `cut` leaves its first 60 characters. */
	descriptions?: 'returned' | 'left out' | 'cut';
	/** Whether a hook must be verified again if nothing but its secret was replaced (the default). */
	newSecretEndsVerification?: boolean;
	/** Seconds that the `iat` of a DPoP proof may be off, both ways; Okta's are 300. */
	dpopClockSkew?: number;
	/** Whether two hooks may have the same name (the default), or 400 `E0000001`. */
	duplicateNames?: 'accepted' | 'refused';
	/** Deleting an active hook: 400 `E0000001` (the default) or 403 `E0000056`. */
	deleteOfActive?: 400 | 403;
	/** A filter in an org without the feature: 401 `E0000015` (the default) or 400 `E0000001`. */
	featureOff?: 401 | 400;
	/** One active and verified hook too many: 400 `E0000001` (the default) or 403 `E0000166`. */
	hookLimit?: 400 | 403;
	/** How many event types a hook may have; any number if left out. One too many: 400 `E0000001`. */
	maxEventTypes?: number;
	/** Language of the error summaries, unless a request has an `Accept-Language` that begins with `en`. */
	language?: 'en' | 'fr';
	/** Calls a minute by path prefix, such as `{ '/api/v1/logs': 2 }`; 1000 for every other endpoint. */
	rateLimits?: Record<string, number>;
}

/** A service app ("API Services") to register in the org. */
export interface ServiceAppOptions {
	/** Its public keys, each with a `kid`; `{ keys: [] }` for an app that has none yet. */
	jwks: JSONWebKeySet;
	/** Scopes that an admin granted to it. */
	scopes: string[];
	/** Whether its tokens are bound to a DPoP key; `true` when left out, as with a new app at Okta. */
	dpop?: boolean;
	/** Whether an admin role was assigned to it (the default); without one every API call is a 403. */
	admin?: boolean;
}

export type SignInKind =
	| 'pushApproved'
	| 'pushDenied'
	| 'password'
	| 'securityKey'
	| 'sms'
	/** A wrong number in a number challenge. */
	| 'wrongNumber'
	/** A push that failed for a technical reason. */
	| 'pushError';

/** What happens to an account before and after an MFA sign-in. */
export type AccountEventKind =
	| 'factorEnrolled'
	| 'factorReset'
	| 'allFactorsReset'
	| 'factorSuspended'
	| 'factorUnsuspended'
	| 'factorUpdated'
	| 'sessionStarted'
	| 'sessionContextChanged'
	| 'passwordReset'
	| 'passwordChanged'
	| 'accountLocked'
	| 'deviceEnrolled'
	| 'deviceAdded'
	| 'suspiciousActivityReported'
	| 'userRiskDetected'
	| 'breachedCredentialDetected'
	| 'pushDeniedOnClassic'
	| 'pushSent'
	| 'bypassAttempted'
	| 'adminConsoleOpened'
	| 'signOnPolicyEvaluated'
	| 'passwordExpired';

export type EventKind = SignInKind | AccountEventKind;

/** Part of a value: objects are merged key by key, anything else (arrays too) is replaced. */
export type DeepPartial<T> = T extends readonly unknown[]
	? T
	: T extends object
		? { [K in keyof T]?: DeepPartial<T[K]> }
		: T;

export type EventOverrides = DeepPartial<LogEvent>;

/** One HTTP request that tried to deliver events to a hook. */
export interface DeliveryAttempt {
	hookId: string;
	/** The envelope's `eventId`: it identifies the delivery, and its retry carries the same one. */
	eventId: string;
	/** 1 for the first try, 2 for the retry. */
	attempt: number;
	/** The HTTP status that came back, else `undefined` and `error` says why. */
	status?: number;
	/** What went wrong when nothing usable came back: a time-out, a refused connection … */
	error?: string;
	/** Whether Okta takes the delivery as done: 200 or 204. */
	delivered: boolean;
	/** The `uuid` of every event in this delivery. */
	uuids: string[];
	/** When it was sent, ISO 8601. */
	time: string;
	/** Milliseconds. */
	duration: number;
	/** The body that was sent. */
	body: DeliveryBody;
}

/** An event as a hook receives it: no `null` keys, and `client.ipChain` in place of `request.ipChain`. */
export type DeliveredEvent = Record<string, unknown> & { uuid: string; eventType: string };

export interface DeliveryBody {
	eventType: 'com.okta.event_hook';
	eventTypeVersion: '1.0';
	cloudEventsVersion: '0.1';
	source: string;
	eventId: string;
	data: { events: DeliveredEvent[] };
	eventTime: string;
	contentType: 'application/json';
}

export interface SignInResult {
	event: LogEvent;
	/** Every attempt at every matching hook, in the order in which they ended. */
	deliveries: DeliveryAttempt[];
}

/** A call of the API or of the OAuth endpoints. Never holds a token. */
export interface RecordedRequest {
	method: string;
	/** With the query string at the API, without it at the OAuth endpoints. */
	path: string;
	/** `undefined` while it is being answered, or when the connection was destroyed. */
	status?: number;
	/** ISO 8601. */
	time: string;
	/** The scope of the access token that came along, when it is a valid one. */
	scope?: string;
	userAgent?: string;
	acceptLanguage?: string;
	/** `authorization_code`, `refresh_token` or `client_credentials`, at the token endpoint. */
	grantType?: string;
}

export interface Fault {
	/** Any method when left out. */
	method?: string;
	/** The exact path without the query string, or a pattern that it must match. */
	path: string | RegExp;
	/**
	 * Answer with this status instead, and with the error that Okta sends with it unless there is a
	 * `body`; without `status`, `drop` and `body` the call is only delayed.
	 */
	status?: number;
	headers?: Record<string, string>;
	/** A string goes out as it is, anything else as JSON. */
	body?: unknown;
	/** Milliseconds to wait first. */
	delay?: number;
	/** Destroy the socket without an answer. */
	drop?: boolean;
	/** How many calls it meets; every one when left out. */
	times?: number;
}

export interface Faults {
	/** Makes matching calls go wrong; returns what removes the fault again. */
	addFault(fault: Fault): () => void;
	clearFaults(): void;
}

export interface TokenResponse {
	token_type: 'Bearer';
	expires_in: number;
	access_token: string;
	scope: string;
	refresh_token?: string;
}

/** What an admin does by hand in Okta's console: no token, no scope, the same rules otherwise. */
export interface AdminConsole {
	createHook(input: EventHookInput): EventHook;
	/** Replaces the named properties (`channel` as a whole), with what a replace brings about. */
	editHook(id: string, changes: Partial<EventHookInput>): EventHook;
	verifyHook(id: string): Promise<EventHook>;
	activateHook(id: string): EventHook;
	deactivateHook(id: string): EventHook;
	/** Deactivates first when it must. */
	deleteHook(id: string): void;
}

export interface OktaOrg {
	/** `http://127.0.0.1:PORT`, without a trailing slash. */
	readonly url: string;
	/** The same org at another address, as with a custom domain: `http://localhost:PORT`. */
	readonly otherUrl: string;
	/** The org's id, which is the same at each of its addresses. */
	readonly id: string;
	/** The app integration registered in the org. */
	readonly client: { readonly id: string; readonly secret: string };
	readonly faults: Faults;
	readonly console: AdminConsole;

	/** A snapshot of all hooks, as the API would return them. */
	hooks(): EventHook[];
	/** The `authScheme.value` that Okta never returns. For tests. */
	secretOf(hookId: string): string | undefined;
	/** A snapshot of the System Log, oldest first. */
	log(): LogEvent[];
	/** All calls of the API, the OAuth endpoints and the org's metadata so far. */
	requests(): RecordedRequest[];
	clearRequests(): void;
	/** All delivery attempts so far, in the order in which they ended. */
	deliveries(): DeliveryAttempt[];

	/** Somebody signs in: logs the event, delivers it, resolves when all attempts have ended. */
	signIn(kind: SignInKind, overrides?: EventOverrides): Promise<SignInResult>;
	/** The same with any event. */
	emit(kind: EventKind, overrides?: EventOverrides): Promise<SignInResult>;
	/** Logs these events and delivers them together, in one call per hook. */
	publish(events: LogEvent[]): Promise<DeliveryAttempt[]>;
	/** An event of this kind that is neither logged nor delivered: something to `publish`. */
	buildEvent(kind: EventKind, overrides?: EventOverrides): LogEvent;
	/** Sends a delivery (by its `eventId`) once more, byte for byte: Okta delivers at least once. */
	redeliver(eventId: string): Promise<DeliveryAttempt[]>;

	/** A token response as if somebody had walked through the consent page. Default: all granted scopes. */
	issueTokens(scope?: string): Promise<TokenResponse>;
	/** Registers a service app; returns its client ID. */
	addServiceApp(options: ServiceAppOptions): string;
	/** Grants a service app these scopes in place of those that it has; its tokens stay as they are. */
	grantScopes(clientId: string, scopes: string[]): void;
	/** All DPoP nonces that exist now are from now on refused: the next token request gets a new one. */
	rotateDpopNonce(): void;

	/** All access tokens that exist now are from now on refused as expired. */
	expireAccessTokens(): void;
	/** All refresh tokens that exist now are from now on refused. */
	revokeRefreshTokens(): void;
	/** The signed-in person's account is deactivated: their tokens are void, nobody signs in. */
	deactivateUser(): void;
	/** Whether the signed-in person has the admin role; without it every API call is a 403. */
	setAdminRights(hasRights: boolean): void;

	/** Closes every socket, aborts deliveries in flight, leaves nothing running. */
	stop(): Promise<void>;
}
