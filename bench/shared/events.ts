import { toDeliveredEvent } from '../../lab/okta-org/delivered-event';
import { deliveryBody } from '../../lab/okta-org/delivery-body';
import type { LogEvent } from '../../lab/okta-org/log-event';
import { signInEvent } from '../../lab/okta-org/sign-in-events';
import type { DeliveredEvent, DeliveryBody } from '../../lab/okta-org/types';

export const EVENT_TYPE = 'user.authentication.auth_via_mfa';

/** The results of Okta's risk scoring and behavior detection for the sign-in. */
const FINDINGS = {
	risk: '{reasons=Anomalous Location, level=MEDIUM}',
	behaviors:
		'{New Geo-Location=NEGATIVE, New Device=POSITIVE, New IP=POSITIVE, New State=NEGATIVE, New Country=NEGATIVE, Velocity=NEGATIVE, New City=NEGATIVE}',
};

/** An approved push of 2 kB, like most samples that Okta has published. */
export function loggedSignIn(uuid: string): LogEvent {
	const debugContext = { debugData: FINDINGS };
	return signInEvent('pushApproved', Date.now(), { uuid, debugContext });
}

/** The same event as Okta delivers it. */
export function deliveredSignIn(uuid: string): DeliveredEvent {
	return toDeliveredEvent(loggedSignIn(uuid));
}

/** The body of a delivery of these events. */
export function deliveryOf(events: DeliveredEvent[]): DeliveryBody {
	const hookUrl = 'https://acme.example.com/api/v1/eventHooks/whobench000000000001';
	return deliveryBody(hookUrl, events, Date.now());
}

/** All filters, set so that they let these events through. */
export const ALL_FILTERS = {
	outcomes: ['SUCCESS', 'FAILURE'],
	factors: ['OKTA_VERIFY_PUSH', 'SMS_FACTOR'],
	ignorePasswordVerifications: true,
	users: '*@example.com, 00u1a2b3c4d5e6f7g8h9, bo@*.example.org',
	riskLevels: ['MEDIUM', 'HIGH'],
	behaviors: ['New Device', 'New Country'],
	moreFilters: {
		excludedUsers: 'svc-*, test@example.com',
		actedBy: ['user'],
		pushResponses: ['APPROVE', 'DENY'],
	},
};
